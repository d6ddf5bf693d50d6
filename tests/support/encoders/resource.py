"""A WHIP or WHEP resource as a script of ours asks for it: an offer by POST, and its end by DELETE."""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request


def say(**facts):
    """One line of JSON, for the test that reads it."""
    print(json.dumps(facts), flush=True)


class Resource:
    def __init__(self, url, token):
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.location = None

    def offer(self, sdp):
        """The answer to an offer; ends the program where it is refused."""
        request = urllib.request.Request(
            self.url,
            data=sdp.encode(),
            headers={**self.headers, "Content-Type": "application/sdp"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                self.location = urllib.parse.urljoin(self.url, response.headers["Location"])
                answer = response.read().decode()
        except urllib.error.HTTPError as error:
            say(refused=error.code, reason=error.read().decode())
            sys.exit(1)
        say(accepted=True, location=self.location)
        return answer

    def end(self):
        if self.location is None:
            return
        request = urllib.request.Request(self.location, headers=self.headers, method="DELETE")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except urllib.error.HTTPError as error:
            say(notEnded=error.code)
