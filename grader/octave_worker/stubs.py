"""What stands in for functions of Octave where nobody looks on and nobody answers."""

from __future__ import annotations

DRAWING = """
    area axes axis bar barh beep box caxis clabel clc clf cla close colorbar colormap contour contourf contour3 drawnow
    errorbar figure fill findobj gca gcf get grid hold image imagesc imshow kbhit legend line loglog mesh meshc more
    newplot patch pause pcolor plot plot3 plotyy print quiver refresh rotate3d saveas scatter scatter3 semilogx semilogy
    set shading stem subplot surf surfc surface text title view waitbar xlabel xlim ylabel ylim zlabel zlim
"""
ASKING = "input keyboard yes_or_no"
DEBUGGING = "dbcont dbstep dbstop"
PACKAGES = "pkg"
EXPLAINING = "print_usage"
REACHING_OUT = "dos exec fork popen popen2 shell_cmd system unix urlread urlwrite web"

STUB = "function varargout = {name} (varargin)\n  {body}\nend\n"
GIVE_NOTHING = "varargout = cell (1, nargout);"
WAITS = 'error ("{name} () waits for somebody to answer");'
REFUSED = 'error ("{name} () is not available where work is graded");'
NAME_THE_CALLER = (
    "names = [varargin, {{dbstack()(2:end).name}}];\n"
    '  error ("Octave:invalid-fun-call", "Invalid call to %s", names{{1}});'
)

WHILE_COMPARED = ((DRAWING, GIVE_NOTHING), (ASKING, WAITS))
WHILE_GRADED = (
    *WHILE_COMPARED,
    (DEBUGGING, GIVE_NOTHING),
    (PACKAGES, GIVE_NOTHING),
    (REACHING_OUT, REFUSED),
    (EXPLAINING, NAME_THE_CALLER),
)
"""Octave's own print_usage starts a program that formats the help text."""


def stubs(kinds: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The text of each file NAME.m, for names and what they do."""
    return {
        f"{name}.m": STUB.format(name=name, body=body.format(name=name))
        for names, body in kinds
        for name in names.split()
    }
