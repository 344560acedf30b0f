"""What the editor asks of the local server: where it begins, checks, coverage, runs."""

from typing import Any

from skyreach.errors import BadInput
from skyreach.scenario.load import builtin_names, load_scenario, read_scenario
from skyreach.scenario.models import Scenario
from skyreach.viewer.cover import LADDER
from skyreach.viewer.drafts import Covers, Stand, answer, checked, choices, scenario_of, terrains_of
from skyreach.viewer.jobs import Jobs
from skyreach.viewer.replies import answered, sent, told
from skyreach.viewer.shelf import Shelf


class Editor:
    """The editor's half of the server, for the runs of one shelf."""

    def __init__(self, shelf: Shelf, jobs: Jobs) -> None:
        self.shelf, self.jobs = shelf, jobs
        self.covers = Covers()

    def routes(self) -> list[Any]:
        """The addresses that it answers."""
        from starlette.routing import Route

        return [
            Route("/api/choices", told(lambda request: answered(choices()))),
            Route("/api/begin/{kind}/{name:path}/{part}", told(lambda request: self._part(**request.path_params))),
            Route("/api/draft", told(self._draft), methods=["POST"]),
            Route("/api/draft/cover", told(self._cover), methods=["POST"]),
            Route("/api/draft/run", told(self._run), methods=["POST"]),
            Route("/api/jobs/{number}", told(lambda request: answered(self.jobs.state(request.path_params["number"])))),
        ]

    def begin(self, kind: str, name: str) -> Scenario:
        """The scenario with which an edit begins: that of a run on the shelf, or a built-in one."""
        if kind == "run":
            return read_scenario(self.shelf.parts(name).material.run.scenario_yaml, name)
        if kind == "scenario" and name in builtin_names():
            return load_scenario(name)
        raise BadInput("edit", f"{kind} {name}"[:200], "a run of this folder, or one of " + ", ".join(builtin_names()))

    def _part(self, kind: str, name: str, part: str) -> Any:
        from starlette.responses import Response

        content = Stand(self.begin(kind, name)).part(part)
        return Response(content, media_type="application/json" if part == "document" else "application/octet-stream")

    def _terrains(self) -> set[str]:
        return terrains_of([scenario_of(text) for text in self.shelf.scenarios()])

    def _scenario(self, request: Any) -> Scenario:
        data = sent(request).get("data")
        asked = data.get("terrain") if isinstance(data, dict) else None
        return checked(data, self._terrains() if asked else set())

    def _draft(self, request: Any) -> Any:
        data = sent(request).get("data")
        asked = data.get("terrain") if isinstance(data, dict) else None
        return answered(answer(data, self._terrains() if asked else set()))

    def _cover(self, request: Any) -> Any:
        body = sent(request)
        known = body.get("known")
        keys = {key for key in known if isinstance(key, str)} if isinstance(known, list) else set()
        try:
            scenario = self._scenario(request)
        except BadInput:
            return answered({"invalid": True})  # what is wrong with it, the check says
        rung = body.get("quick")
        quick = min(max(rung, 0), len(LADDER) - 1) if isinstance(rung, int) else None
        return answered(self.covers.answer(scenario, quick, keys))

    def _run(self, request: Any) -> Any:
        scenario = self._scenario(request)
        return answered({"job": self.jobs.start(scenario, lambda run: self.shelf.add(run, scenario.name))})
