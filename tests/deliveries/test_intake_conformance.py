import pytest

from analysis.intake import conformance

REGISTER = """indicator_id,goal,label,unit,direction,frequency,min,max,green_from,yellow_from,valid_from,counts
m1,1,Andel,prosent,up,Y,0,100,50,30,2023Q1,personer
"""
HEADER = "indicator_id,period,value,unit,numerator,denominator,source\n"
GOOD = HEADER + "m1,2024Q1,28,prosent,308,1100,Kilde\n"
INDEX = """file,kind,expected,reason,also_ok,rule,where,category
good.csv,observations,accept,,,,,
wrong.csv,observations,reject,,warn,,,
"""
TRUTH = "file,indicator_id,period,value\ngood.csv,m1,2024Q1,28\n"


@pytest.fixture
def folder(tmp_path):
    files = {
        "context/registry.csv": REGISTER,
        "context/published_2023Q1.csv": HEADER + "m1,2023Q1,26,prosent,260,1000,Kilde\n",
        "index.csv": INDEX,
        "truth.csv": TRUTH,
        "good.csv": GOOD,
        "wrong.csv": GOOD.replace("28", "82"),
    }
    (tmp_path / "context").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_files_that_come_out_as_expected_score(folder, capsys):
    result = conformance.run(folder)
    assert result[["file", "got", "ok", "exact"]].to_numpy().tolist() == [
        ["good.csv", "accept", True, True],
        ["wrong.csv", "reject", True, True],
    ]
    assert conformance.main([str(folder)]) == 0
    assert "2 of 2" in capsys.readouterr().out


def test_a_bad_file_let_in_or_another_figure_costs_the_score(folder, capsys):
    (folder / "wrong.csv").write_text(GOOD)
    (folder / "truth.csv").write_text(TRUTH.replace(",28", ",29"))
    assert conformance.main([str(folder)]) == 1
    out = capsys.readouterr().out
    assert "wrong.csv: expected reject, got accept" in out
    assert "good.csv: expected accept, got accept, figures exact: False" in out
    assert "1 let in that must be refused" in out


def test_a_folder_without_an_index_is_no_score(tmp_path):
    assert conformance.main([str(tmp_path)]) == 2
