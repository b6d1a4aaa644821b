"""The drawing in the README: bars in SVG, readable on light and on dark."""

from html import escape

PANELS = [  # title, host, group, row, candidates in this order where they were measured
    ("Signature, ES256", "Rust", "signature", "ES256",
     ["mcpauth portable", "OpenSSL", "aws-lc-rs", "ring", "graviola"]),
    ("Signature, RS256", "Rust", "signature", "RS256",
     ["mcpauth IFMA", "mcpauth server", "mcpauth portable", "OpenSSL", "aws-lc-rs", "ring", "graviola"]),
    ("Token, RS256, Rust", "Rust", "token", "RS256",
     ["mcpauth cached", "mcpauth server", "mcpauth portable", "jsonwebtoken aws_lc_rs", "jsonwebtoken rust_crypto", "jwt-simple"]),
    ("Token, RS256, C", "C", "token", "RS256", ["libmcpauth cached", "libmcpauth", "cjose", "libjwt"]),
    ("Token, RS256, Python", "Python", "token", "RS256", ["mcpauth cached", "mcpauth", "PyJWT", "joserfc", "authlib"]),
    ("Token, RS256, Node", "Node", "token", "RS256",
     ["mcp-auth cached", "mcp-auth", "fast-jwt cached", "fast-jwt", "jsonwebtoken", "jose", "aws-jwt-verify"]),
    ("Gate, RS256, ASGI", "Python", "gate", "ASGI, RS256",
     ["no gate", "mcpauth cached", "mcpauth", "SDK with PyJWT", "FastMCP JWTVerifier", "mcpauth 0.1.1", "mcpauth 0.2.0b1"]),
    ("Gate, RS256, Express", "Node", "gate", "Express, RS256",
     ["no gate", "mcp-auth cached", "mcp-auth", "SDK with jose", "mcp-auth 0.2.0"]),
]  # fmt: skip

OURS = {"mcpauth", "mcp-auth", "libmcpauth"}
WIDTH, LINE, HEAD, NAME, LENGTH = 860, 20, 34, 130, 220

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .note { fill: #59636e; font-size: 11px }
.ours { fill: #0969da } .peer { fill: #afb8c1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note { fill: #9198a1 } .ours { fill: #4493f8 } .peer { fill: #656c76 }
}
"""


def svg(rows, caption):
    """Two columns of panels, each with a scale of its own: microseconds, medians."""
    found = {(row["host"], row["group"], row["what"]): row["candidates"] for row in rows}
    parts, heights = [], [24, 24]
    for title, host, group, what, names in PANELS:
        measured = found.get((host, group, what), {})
        bars = [(name, measured[name]["median"]) for name in names if name in measured]
        if bars:
            column = heights.index(min(heights))
            parts.append(panel(title, bars, 20 + column * WIDTH // 2, heights[column]))
            heights[column] += HEAD + LINE * len(bars) + 12
    height = max(heights) + 24
    note = f'<text class="note" x="20" y="{height - 10}">Microseconds, medians; shorter is better. {escape(caption)}</text>'
    body = "\n".join([*parts, note])
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    label = "Times of verifications and gates, ours and others'"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}">\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def panel(title, bars, left, top):
    longest = max(time for _, time in bars)
    lines = [f'<text class="title" x="{left}" y="{top + 14}">{escape(title)}</text>']
    for number, (name, time) in enumerate(bars):
        y = top + HEAD + LINE * number - 8
        kind = "ours" if name.split()[0] in OURS and not name[-1].isdigit() and not name.endswith("b1") else "peer"
        length = max(1.0, time / longest * (LENGTH - 50))
        label = f"{time:.0f}" if time >= 100 else f"{time:.1f}" if time >= 10 else f"{time:.2f}"
        lines += [
            f'<text x="{left}" y="{y + 11}">{escape(shortened(name))}</text>',
            f'<rect class="{kind}" x="{left + NAME}" y="{y}" width="{length:.1f}" height="14" rx="2"/>',
            f'<text class="note" x="{left + NAME + length + 6:.1f}" y="{y + 11}">{label}</text>',
        ]
    return "\n".join(lines)


def shortened(name):
    return name if len(name) <= 20 else name[:19] + "…"
