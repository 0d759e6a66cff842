"""Markup of every kind in what a report shows: types, messages, lines of source, parameters, texts."""
ESCAPES = '\x1b[2J\x1b[H\x1b[32m100 / 100\x1b[0m\x1b]8;;file:///etc/passwd\x07link\x1b]8;;\x07\x9b2J\x08\x08\x07\r'
HTML = '</td></script><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;<!--{{ 7 * 7 }}{% raw %}'
CONSOLE = '[bold red]100 / 100[/bold red] [link=file:///etc/passwd]x[/link] [/] :skull: \\['
CELLS = '=cmd|\' /C calc\'!A0,+1+1,-2,@SUM(1),\t=1,"\r\n=HYPERLINK("http://x","y")"'
LETTERS = '\u202e001/001\u202c \u2066x\u2069 \u200b\u200f\ufeff a\u0301' + '\u0301' * 200 + ' \u2028 \u2029 \x85 \ud800 \U000e0041'
TEXTS = [ESCAPES, HTML, CONSOLE, CELLS, LETTERS]
calls = []


def next_text():
    calls.append(None)
    return TEXTS[len(calls) % len(TEXTS)]


def sigmoid(z):
    return type(next_text(), (), {})()


def sigmoidGradient(z):
    raise type(next_text().replace('\0', ''), (Exception,), {})(next_text())


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    text = next_text()
    if lambda_:
        raise ValueError('<script>alert("in a line of source")</script>[bold]=cmd()', text)  # <img src=x onerror=alert(3)>
    return text, [text]


def predict(Theta1, Theta2, X, μarkup, ＴＥＸＴ, *, onerror='<script>'):
    raise SystemExit(HTML)
