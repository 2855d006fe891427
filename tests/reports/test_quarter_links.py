"""Fields of other quarters lead to these quarters' pages once the quarters are one site."""

import pytest

from analysis.reports.pages.site import lead_to_quarters
from analysis.views.tables import markup

PAGES = {"2024Q1": ["nb/indikator-a.html", "en/indikator-a.html"], "2023Q1": ["nb/indikator-a.html"]}


@pytest.mark.parametrize(
    ("quarter", "page", "language", "address"),
    [
        ("2023Q1", "indikator-a.html", "nb", "../../2023Q1/nb/indikator-a.html"),
        ("2024Q1", "indikator-a.html", "en", "../../2024Q1/en/indikator-a.html"),
        ("2023Q1", "indikator-a.html", "en", ""),  # not in this language
        ("2023Q2", "indikator-a.html", "nb", ""),  # no such quarter
        ("2024Q1", "indikator-b.html", "nb", ""),  # no such indicator then
    ],
)
def test_a_field_leads_to_a_page_only_where_there_is_one(quarter, page, language, address):
    field = lead_to_quarters(markup.in_quarter(quarter, page, "uendret"), language, PAGES)
    assert field.count("href=") == bool(address)
    assert f'href="{address}"' in field or not address
