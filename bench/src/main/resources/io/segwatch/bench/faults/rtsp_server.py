"""Serves an MP4 file as rtsp://127.0.0.1:PORT/stream, each client from its beginning.

usage: rtsp_server.py FILE PORT h264|mpeg4
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PACKING = {
    "h264": "h264parse ! rtph264pay name=pay0 pt=96 config-interval=1",
    "mpeg4": "mpeg4videoparse ! rtpmp4vpay name=pay0 pt=96 config-interval=1",
}


def main(file, port, codec):
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{file}" ! qtdemux ! {PACKING[codec]} )')
    server.get_mount_points().add_factory("/stream", factory)
    if server.attach(None) == 0:
        sys.exit(f"port {port} is taken")
    GLib.MainLoop().run()


main(*sys.argv[1:])
