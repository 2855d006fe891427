"""The command line: ``python -m analysis``, installed as ``ehelse-status``.

What a command needs is imported when it runs: the help, and a report that has not changed, must come at once.

Exit codes: 0 published, or nothing had changed; 1 the report could not be made; 2 what was asked for or the raw
material is not right, nothing was started; 75 another run is at the same report; 128 + n ended by signal n.
"""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn

import click

from analysis.core import paths

FAILED, REFUSED, BUSY = 1, 2, 75

# what several commands take, in the same words
QUARTER = click.argument("quarter")
LANGUAGE = click.option("--language", type=click.Choice(["nb", "en"]), help="One language; both unless named.")
AMBITIONS = click.option(
    "--ambitions", metavar="NAME", default="", help="Use the targets of data/raw/ambitions/NAME.toml, too."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON, for schedulers and editors.")
PROVENANCE = (
    click.option("--to", type=click.Path(path_type=Path), help="Write the rows to a new FILE, not to the output."),
    click.option("--source", default="", metavar="SLUG", help="The source, as in sources.toml."),
    click.option("--published", default="", metavar="DATE", help="The day the figures were published."),
    click.option("--measure", default="", metavar="SLUG", help="The measure of the strategy."),
)


class _Stopped(BaseException):
    """The process was asked to end, by the signal whose number this holds."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Status reports for the national e-health strategy.

    \b
    Exit codes: 0 published or unchanged; 1 failed; 2 wrong input;
    75 another run is at the same report; 128 + n ended by signal n.
    """
    # where there is no home folder matplotlib takes another, and says so; this logger is of its folders alone
    logging.getLogger("matplotlib").addFilter(lambda record: record.levelno > logging.WARNING)


@main.command()
@QUARTER
@LANGUAGE
@click.option("--goal", type=int, help="One goal and its indicators, published as a part of its own.")
@click.option("--indicator", metavar="SLUG", help="One indicator, published as a part of its own.")
@click.option("--areas", type=click.Choice(["kommune", "helsefellesskap", "region"]), help="One page for each area.")
@click.option("--brief", is_flag=True, help="One sheet of A4: the front page alone, as a page and as PDF.")
@click.option("--workers", metavar="N", type=click.IntRange(1), help="Run notebooks on N Dask workers of this machine.")
@click.option("--scheduler", metavar="ADDRESS", default="", help="Run notebooks on this Dask scheduler's workers.")
@click.option("--as-of", metavar="DATE", default="", help="Know what was published by DATE; the quarter's last day.")
@AMBITIONS
@click.option("--force", is_flag=True, help="Run every notebook, also those whose inputs have not changed.")
@click.option("--on-failure", metavar="COMMAND", help="Run COMMAND when it fails, with the summary on its input.")
@JSON
def report(
    language: str | None,
    areas: str | None,
    workers: int | None,
    scheduler: str,
    force: bool,
    on_failure: str | None,
    as_json: bool,
    **selection: Any,
) -> None:
    """Write the status report of QUARTER, as in 2024Q1: executed notebooks, pages, tables."""
    from analysis.reports.releases import BusyError, PublishError
    from analysis.reports.request import ClusterOptions, FailedError, RefusedError, Request
    from analysis.reports.run import report

    # the other options are the fields of a request, by their names
    request = Request(languages=_languages(language), areas=areas or "", **selection)
    try:
        with _stoppable(), _progress(quiet=as_json) as progress:
            outcome = report(request, force=force, progress=progress, cluster=ClusterOptions(scheduler, workers or 0))
    except BusyError as error:
        _end(BUSY, "BUSY", str(error), as_json)
    except (RefusedError, FileNotFoundError, FailedError, PublishError) as error:
        if on_failure:  # what it prints goes where the messages go: the output is for the scheduler alone
            subprocess.run(on_failure, shell=True, input=f"{error}\n", text=True, check=False, stdout=sys.stderr)
        refused = isinstance(error, RefusedError | FileNotFoundError)
        _end(REFUSED if refused else FAILED, "REFUSED" if refused else "FAIL", str(error), as_json)
    except _Stopped as stopped:
        (number,) = stopped.args
        _end(128 + number, "ABORT", f"stopped by {signal.Signals(number).name}", as_json)
    if as_json:
        click.echo(json.dumps({**asdict(outcome), "folder": str(outcome.folder)}))
        return
    for note in outcome.notes:
        click.echo(f"Note: {note}.", err=True)
    if outcome.state == "UNCHANGED":
        click.echo(f"Nothing has changed since release {outcome.release}: {outcome.reused} pages, {outcome.seconds} s.")
    else:
        count = outcome.made + outcome.reused
        pages = f"{count} page{'s' * (count != 1)} ({outcome.made} made, {outcome.reused} unchanged)"
        click.echo(f"Published {pages} in {outcome.seconds} s.")
    click.echo(f"Open {outcome.folder.relative_to(paths.project_root())}/index.html")


@main.command()
@QUARTER
@LANGUAGE
@AMBITIONS
def preview(quarter: str, language: str | None, ambitions: str) -> None:
    """Show the report of QUARTER in a browser while it is being written; each save makes new pages.

    The address that is printed works on this machine only. Nothing is published. Ctrl-C ends it.
    """
    import asyncio

    from analysis.reports.preview.web import serve
    from analysis.reports.request import Request, check_request

    with _refusing():
        request = check_request(Request(quarter, _languages(language), ambitions=ambitions), paths.project_root())
    sys.exit(128 + asyncio.run(serve(request)))


@main.command()
@click.argument("quarter", default="")
@click.option("--figures", "draw", is_flag=True, help="Draw every picture, too.")
@AMBITIONS
@click.option("--quick", is_flag=True, help="Read the raw material only; compose no page.")
@JSON
def check(quarter: str, draw: bool, ambitions: str, quick: bool, as_json: bool) -> None:
    """Validate every raw file, and compose every page of QUARTER's report and the next: list every fault.

    Without QUARTER it is the newest that has judgements.

    \b
    Exit codes, for editors and hooks:
    0 nothing refuses (warnings are shown, and reach the report's reader);
    1 something refuses: no report can be made until it is corrected;
    2 nothing could be checked: no project here, or a word that is no option.
    """
    from analysis.core.faults import listing, rejections

    if quick and (quarter or draw):
        raise click.UsageError("--quick composes no page: leave out the quarter and --figures")
    quarters: tuple[str, ...] = ()
    with _refusing(as_json):
        if quick:
            from analysis.reports.check import check

            faults = check(ambitions=ambitions)
        else:
            from analysis.reports.compose import check_report

            with _progress(quiet=as_json or not sys.stderr.isatty()) as progress:
                quarters, faults = check_report(quarter, draw=draw, ambitions=ambitions, progress=progress)
    refused = bool(rejections(faults))
    if as_json:
        listed = [asdict(fault) | {"message": str(fault)} for fault in faults]
        click.echo(json.dumps({"refused": refused, "faults": listed}, ensure_ascii=False))
    elif faults:
        click.echo(listing(faults), err=True)
    else:
        click.echo("Every raw file is as it should be.")
    if quarters and not refused and not as_json:
        click.echo(f"Every page of {' and '.join(quarters)} can be made.", err=bool(faults))
    sys.exit(FAILED if refused else 0)


def _provenance(command: Callable) -> Callable:
    """Give a command the options of what rows must say of their figures, and of where they go."""
    return reduce(lambda decorated, option: option(decorated), PROVENANCE, command)


@main.command("from-table")
@click.argument("table")
@click.option("--where", type=(str, str), multiple=True, metavar="DIMENSION CODE", help="Keep one code of a dimension.")
@click.option(
    "--breakdown", type=(str, str), multiple=True, metavar="NAME DIMENSION", help="A row for each code of it."
)
@click.option("--area", default="", metavar="DIMENSION", help="The dimension that holds codes of areas.")
@click.option(
    "--unit", type=(str, float), multiple=True, metavar="UNIT FACTOR", help="A UNIT of it is FACTOR of the measure's."
)
@_provenance
def from_table(
    table: str, where: tuple, breakdown: tuple, area: str, unit: tuple, to: Path | None, **provenance: str
) -> None:
    """Turn TABLE, a saved JSON-stat 2 file, into rows for data/raw/observations.

    Without --measure it shows what is in the table, to choose from.
    """
    from analysis.intake.jsonstat import read_jsonstat
    from analysis.quarter import deliveries

    if "://" in table:
        remedy = "open it in a browser and save what it shows, or type: curl --fail --output table.json 'ADDRESS'"
        raise click.UsageError(f"an address is not fetched; {remedy}; then name the file")
    with _refusing():
        cells = read_jsonstat(Path(table), Path(table).parent)
        if not provenance["measure"]:
            click.echo(deliveries.describe(cells))
            return
        cells = deliveries.convert_units(cells, dict(unit))
        whose = deliveries.Provenance(**provenance)
        _write_rows(deliveries.from_table(cells, whose, dict(where), dict(breakdown), area), to)


@main.command("from-respondents")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--respondent", required=True, metavar="COLUMN", help="The column of ids without meaning.")
@click.option("--question", required=True, metavar="COLUMN", help="The column of answers, as codes.")
@click.option("--code", "codes", type=float, multiple=True, help="One of its codes; those that an SPSS file names.")
@click.option("--counting", type=float, multiple=True, required=True, metavar="CODE", help="An answer that counts.")
@click.option("--weight", default="", metavar="COLUMN", help="The weights; without it everybody weighs the same.")
@click.option("--by", default="", metavar="[NAME=]COLUMN", help="A row for each group, too; NAME is its breakdown's.")
@click.option("--strata", default="", metavar="COLUMN", help="The strata respondents were drawn from.")
@click.option("--wave", default="", metavar="COLUMN", help="The column that holds the period.")
@click.option("--period", default="", help="The period of a file without such a column.")
@_provenance
def from_respondents(
    file: Path,
    respondent: str,
    question: str,
    codes: tuple[float, ...],
    counting: tuple[float, ...],
    weight: str,
    by: str,
    strata: str,
    wave: str,
    period: str,
    to: Path | None,
    **provenance: str,
) -> None:
    """Turn FILE, respondents as CSV or SPSS, into rows of weighted shares for data/raw/observations."""
    from analysis.intake.respondents import Questionnaire, read_respondents
    from analysis.quarter import deliveries

    if bool(wave) == bool(period):
        raise click.UsageError("name the column of the --wave, or the --period of the whole file")
    name, _, column = by.partition("=") if "=" in by else ("", "", by)
    groups = tuple(dict.fromkeys(group for group in (column, strata) if group))
    if column and column in (question, weight):
        raise click.UsageError(f"--by {column}: the answers and the weights make no groups; name another column")
    with _refusing():
        threshold, _ = deliveries.read_owner_limits(provenance["source"])
        answers = {question: frozenset(codes) or None}
        questionnaire = Questionnaire(respondent, wave, weight, groups, answers, threshold)
        respondents = read_respondents(file, questionnaire, file.parent)
        share = deliveries.Share(frozenset(counting), column, strata, period, name)
        whose = deliveries.Provenance(**provenance)
        _write_rows(deliveries.from_respondents(respondents, questionnaire, share, whose), to)


def _write_rows(rows: Any, to: Path | None) -> None:
    """Write rows to the output or to a new file, and what did not become a row to the messages."""
    from analysis.core.writing import write_file

    for note in rows.notes:
        click.echo(f"Note: {note}", err=True)
    if to is None:
        click.echo(rows.csv(), nl=False)
        return
    write_file(to, rows.csv())
    click.echo(f"Wrote {len(rows.cells)} rows to {to}; `ehelse-status check` compares them with the others")


@main.command("new-quarter")
@QUARTER
def new_quarter(quarter: str) -> None:
    """Create the folder of a new QUARTER, every row open, and say which figures are new, overdue and due."""
    from analysis.core.periods import begun
    from analysis.quarter.new_quarter import create_quarter, describe_due, find_due
    from analysis.views.status import read_status

    with _refusing():
        status = read_status(str(begun(quarter)))
        due = describe_due(find_due(status.strategy, status.trends, status.observations, quarter))
        files = create_quarter(quarter)  # last: nothing is written where anything before it fails
    for file in files:
        click.echo(f"Wrote {file.relative_to(paths.project_root())}")
    click.echo(due)


@main.command()
@click.argument("earlier")
@click.argument("later")
@click.option("--language", type=click.Choice(["nb", "en"]), default="nb", show_default=True)
@JSON
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a page of its own.")
def diff(earlier: str, later: str, language: str, as_json: bool, html: Path | None) -> None:
    """Say what changed from the quarter EARLIER to LATER, and why."""
    from analysis.core.periods import begun
    from analysis.core.writing import write_file
    from analysis.quarter import changes
    from analysis.quarter.published_lights import read_published
    from analysis.views.status import read_status

    with _refusing(as_json):
        then, now = (read_status(str(begun(quarter)), language) for quarter in (earlier, later))
        rows = changes.diff(then, now, read_published(earlier))
        if html is not None:
            write_file(html, changes.page(rows, earlier, later, now.strategy, language), replace=True)
    if as_json:
        answer = {"earlier": earlier, "later": later, "counts": changes.counts(rows), "changes": changes.records(rows)}
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif html is None:
        click.echo(changes.tables(rows, earlier, later, now.strategy, language)[0].text)
        click.echo(changes.elsewhere(rows, language))


@main.command()
@QUARTER
@JSON
@click.option("--all", "everything", is_flag=True, help="Show the claims that hold, too.")
@LANGUAGE
def claims(quarter: str, as_json: bool, everything: bool, language: str | None) -> None:
    """Compare the texts of QUARTER with the figures: exit 0 when nothing is contradicted and every number traced."""
    from analysis.core.periods import begun
    from analysis.quarter.claims import describe, read_claims, records, untraced

    with _refusing(as_json):
        checked = read_claims(str(begun(quarter)))
    checked = checked.of(language) if language else checked
    wrong = bool((checked.claims["verdict"] == "contradicted").any() or len(untraced(checked.numbers)))
    if as_json:
        click.echo(json.dumps(records(checked), ensure_ascii=False))
    else:
        verdicts = () if everything else ("contradicted", "fragile", "unsupported")
        click.echo("\n\n".join(describe(checked, quarter, language, verdicts) for language in checked.languages))
    sys.exit(FAILED if wrong else 0)


@main.command()
@QUARTER
@AMBITIONS
@click.option(
    "--rest",
    type=(str, str),
    metavar="COLOUR REASON",
    help="Close the rows that are open: grey 'på norsk | in English'.",
)
def publish(quarter: str, ambitions: str, rest: tuple[str, str] | None) -> None:
    """Write the lights of QUARTER down as published, once: from then on a differing recomputation is an error.

    What an editor should answer first is listed. A terminal then asks whether to go on: the author may know more than
    the figures, and decides. Corrected by a later quarter, it is written down again, as its next edition beside the
    first.
    """
    from analysis.quarter.published_lights import close_rows, prepare, publish_quarter, refuse_rewriting
    from analysis.records.strategy import read_strategy
    from analysis.reports.check import published_faults

    with _refusing():
        if rest:
            prepare(quarter, ambitions)  # what is refused is not written to
            click.echo(f"Closed {close_rows(quarter, *rest)} rows", err=True)
        with _progress(quiet=not sys.stderr.isatty()) as progress:
            progress(0, 2, f"Reading {quarter} and its texts")
            strategy, vintage, questions = prepare(quarter, ambitions)
            progress(1, 2, "Recomputing what is published")
            questions += [fault.problem for fault in published_faults(read_strategy(), paths.raw_folder())]
        lines = [f"Before {quarter} is published:", *(f"- {question}" for question in questions or ["nothing"])]
        click.echo("\n".join(lines), err=True)
        refuse_rewriting(quarter, vintage, strategy)
        # what is published cannot be taken back; a script has nobody to ask
        if questions and sys.stdin.isatty():
            click.confirm(f"Publish {quarter} as it is?", abort=True, err=True)
        place = publish_quarter(quarter, vintage)
    click.echo(f"Wrote {place.relative_to(paths.project_root())}; commit it together with the quarter's judgements")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def site(folder: Path) -> None:
    """Copy all published quarters into FOLDER, with a front page over them and search: to read, share or upload."""
    from analysis.reports.pages.site import write_site

    with _refusing():
        quarters = write_site(folder)
    click.echo(f"Wrote {', '.join(quarters)}. Open {folder / 'index.html'}")


def _languages(language: str | None) -> tuple[str, ...]:
    return (language,) if language else ("nb", "en")


def _end(code: int, state: str, message: str, as_json: bool) -> NoReturn:
    """Say why on stderr, or on stdout as JSON, and end with the code."""
    if as_json:
        click.echo(json.dumps({"state": state, "message": message, "exit_code": code}, ensure_ascii=False))
    else:
        click.echo(message, err=True)
    sys.exit(code)


@contextmanager
def _refusing(as_json: bool = False) -> Iterator[None]:
    """Turn what is wrong with the raw material, or with what was asked for, into its message and exit code 2."""
    try:
        yield
    except (ValueError, LookupError, FileNotFoundError, FileExistsError) as error:
        # the library's own errors are about what was typed; any other is a defect, and shows where it is
        own = type(error).__module__.startswith("analysis.")
        if not own and not isinstance(error, FileNotFoundError | FileExistsError):
            raise
        _end(REFUSED, "REFUSED", str(error), as_json)
    except OSError as error:  # a full disk, a folder that may not be written to
        _end(FAILED, "FAIL", f"{error.filename or 'a file'}: {error.strerror}; nothing was written", as_json)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the signals that ask for an end into an exception, once: a second one does not disturb the cleaning up."""

    from analysis.reports.releases import ENDING, catching_signals

    def stop(number: int, _: object) -> None:
        for caught in ENDING:
            signal.signal(caught, signal.SIG_IGN)
        raise _Stopped(number)

    with catching_signals(stop):
        yield


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """Give a function that shows how far a command is: a bar on a terminal, elsewhere where it runs if not here."""
    if quiet or not sys.stderr.isatty():
        printed = {""}

        def print_place(done: int, total: int, place: str) -> None:
            if not quiet and place not in printed:
                printed.add(place)
                click.echo(f"Running on {place}", err=True)

        yield print_place
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # this stream, not the one that stands in for it while a cell runs
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("Reading and checking", total=None)
        yield lambda done, total, place: bar.update(task, completed=done, total=total, description=place)


if __name__ == "__main__":
    main(prog_name="ehelse-status")
