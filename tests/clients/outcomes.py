"""What the suites find out: which client can do what. Written by the suites, read by `page`."""

import functools
import json
import os
import pathlib


class Outcomes:
    """Of one client. `suite` names the file."""

    def __init__(self, suite, client):
        self.suite, self.client, self.found = suite, client, {}

    def shows(self, *features):
        """For a test: when it passes, the features work."""

        def decorate(test):
            @functools.wraps(test)
            def run(*arguments, **named):
                try:
                    answer = test(*arguments, **named)
                except BaseException:
                    self.found.update({feature: "fails" for feature in features})
                    raise
                for feature in features:
                    self.found.setdefault(feature, "works")
                return answer

            return run

        return decorate

    def note(self, feature, outcome):
        """From inside a test: "not supported: why", or "works: what to know"."""
        self.found[feature] = outcome

    def write(self):
        folder = os.environ.get("LAKEPORT_CLIENT_OUTCOMES")
        if not folder:
            return
        path = pathlib.Path(folder) / (self.suite + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".new")
        made.write_text(json.dumps({"client": self.client, "outcomes": self.found}, indent=1, ensure_ascii=False) + "\n")
        made.rename(path)
