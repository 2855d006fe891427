import pandas as pd

from analysis import read_status


def test_later_corrections_leave_colours_as_published():
    then, now = read_status("2023Q1"), read_status("2023Q1", as_of="2024-03-31")
    assert then.corrections.empty
    assert read_status("2023Q1", as_of="2024-03-30").corrections.empty
    assert now.corrections[["made_in", "item", "direction"]].values.tolist() == [["2024Q1", "goal-5", "down"]]
    judged = ["judged", "movement", "record", "previous_quarter", "previous_correction"]
    pd.testing.assert_frame_equal(now.lights[judged], then.lights[judged])
