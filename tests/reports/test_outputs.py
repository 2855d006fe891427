"""What a page makes of a notebook's outputs: links to its pages, sections, and cells that share their styles."""

import nbformat

from analysis.reports.pages.outputs import adapt_outputs

HTML = (
    '<h2 id="a">Tall &amp; <em>ord</em></h2><table><tr><td style="color:red">1</td>'
    '<td class="x" style="color:red">2</td></tr></table>'
    '<a class="to" data-page="maal-1.html#b">målet</a> <a data-page="maal-2.html">et <em>annet</em></a>'
)


def test_outputs_of_a_notebook_fit_a_page():
    output = nbformat.v4.new_output("display_data", {"text/html": HTML, "text/plain": "x"})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    parts = adapt_outputs(notebook, {"maal-1.html"})
    assert parts.sections == [{"place": "a", "title": "Tall &amp; <em>ord</em>"}]
    (rule,) = parts.rules
    name = rule.partition("{")[0].removeprefix(".")
    assert rule == f".{name}{{color:red}}"
    shown = parts.notebook.cells[0].outputs[0].data["text/html"]
    assert f'<td class="{name}">1</td><td class="x {name}">2</td>' in shown
    assert '<a class="to" href="maal-1.html#b">målet</a> et <em>annet</em>' in shown
    assert notebook.cells[0].outputs[0].data["text/html"] == HTML


def test_cells_for_analysts_stay_in_the_notebook_alone():
    shown, explained = nbformat.v4.new_code_cell("1"), nbformat.v4.new_markdown_cell("why")
    explained.metadata.tags = ["analyst", "lang:en"]
    notebook = nbformat.v4.new_notebook(cells=[explained, shown])
    assert [cell.source for cell in adapt_outputs(notebook, set()).notebook.cells] == ["1"]
    assert [cell.source for cell in notebook.cells] == ["why", "1"]
