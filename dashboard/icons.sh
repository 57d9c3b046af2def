#!/bin/bash
# Makes the PNG icons of the installable page from icon.svg, with Chromium. Run it when icon.svg changes.
set -euo pipefail
cd "$(dirname "$0")/src/main/resources/web"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
draw() { # file, pixels, part of the side that the icon takes, background
  cat > "$work/icon.html" <<HTML
<body style="margin:0;background:$4;display:grid;place-items:center;height:100vh"><img src="file://$PWD/icon.svg" style="width:$3;height:$3">
HTML
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 --window-size="$2,$2" \
    --screenshot="$PWD/icons/$1" "file://$work/icon.html" 2>/dev/null
}
mkdir -p icons
draw icon-192.png 192 100% transparent
draw icon-512.png 512 100% transparent
# What a phone cuts to its own shape, within the middle four fifths.
draw icon-maskable-512.png 512 70% '#0f1722'
draw apple-touch-icon.png 180 80% '#0f1722'
