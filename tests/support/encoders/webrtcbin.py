"""
GStreamer's webrtcbin as an encoder (WHIP) or a player (WHEP): `webrtcbin.py publish|play URL TOKEN VP8|H264`. It says what
happens, a line of JSON each, and deletes its resource on SIGTERM.
"""
import signal
import sys
import threading
import zlib

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

from resource import Resource, say  # noqa: E402

encoders = {
    "VP8": "vp8enc deadline=1 keyframe-max-dist=60 target-bitrate=600000 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=600 key-int-max=60"
    " ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
level = ",packetization-mode=(string)1,profile-level-id=(string)42e01f"

role, url, token, codec = sys.argv[1:5]
Gst.init(None)
loop = GLib.MainLoop()
resource = Resource(url, token)
caps = f"application/x-rtp,media=video,encoding-name={codec},payload=96,clock-rate=90000"
if role == "publish":
    pipeline = Gst.parse_launch(
        "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=25/1"
        f" ! videoconvert ! {encoders[codec]} ! {caps}"
        " ! webrtcbin name=peer bundle-policy=max-bundle"
    )
    peer = pipeline.get_by_name("peer")
    transceiver = peer.emit("get-transceiver", 0)
    transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
else:
    pipeline = Gst.Pipeline.new("player")
    peer = Gst.ElementFactory.make("webrtcbin", "peer")
    peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
    pipeline.add(peer)
    recvonly = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
    peer.emit("add-transceiver", recvonly, Gst.Caps.from_string(caps + (level if codec == "H264" else "")))

frames = 0
pictures = set()
pending = False


def on_frame(_sink, buffer, pad):
    """Decoded pictures are counted, and how many of them differ."""
    global frames
    frames += 1
    if len(pictures) < 1000:
        pictures.add(zlib.crc32(buffer.extract_dup(0, buffer.get_size())))
    if frames % 10 == 0:
        size = pad.get_current_caps().get_structure(0)
        say(
            frames=frames,
            pictures=len(pictures),
            width=size.get_value("width"),
            height=size.get_value("height"),
        )


def on_pad(_peer, pad):
    if pad.direction != Gst.PadDirection.SRC:
        return
    shown = Gst.parse_bin_from_description(
        "decodebin name=in ! videoconvert ! fakesink name=out signal-handoffs=true sync=false", False
    )
    out = shown.get_by_name("out")
    out.connect("handoff", on_frame)
    shown.add_pad(Gst.GhostPad.new("sink", shown.get_by_name("in").get_static_pad("sink")))
    pipeline.add(shown)
    shown.sync_state_with_parent()
    pad.link(shown.get_static_pad("sink"))


def ask(sdp):
    answer = resource.offer(sdp)
    _, message = GstSdp.SDPMessage.new()
    GstSdp.sdp_message_parse_buffer(answer.encode(), message)
    described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
    peer.emit("set-remote-description", described, Gst.Promise.new())


def on_gathered(_peer, _property):
    """Not before all candidates are there, so that nothing is left to trickle."""
    global pending
    if pending or peer.get_property("ice-gathering-state") != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        return
    pending = True
    sdp = peer.get_property("local-description").sdp.as_text()
    threading.Thread(target=ask, args=(sdp,), daemon=True).start()


def on_offer(promise, _peer):
    promise.wait()
    # The offer is the reply's: it has to live for as long.
    reply = promise.get_reply()
    peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())


def on_negotiation(_peer):
    peer.emit("create-offer", None, Gst.Promise.new_with_change_func(on_offer, peer))


def on_state(_peer, _property):
    say(state=peer.get_property("connection-state").value_nick)


def on_trouble(_bus, message):
    error, detail = message.parse_error()
    say(error=error.message, detail=detail)
    loop.quit()


def end():
    loop.quit()
    return GLib.SOURCE_REMOVE


peer.connect("on-negotiation-needed", on_negotiation)
peer.connect("notify::ice-gathering-state", on_gathered)
peer.connect("notify::connection-state", on_state)
peer.connect("pad-added", on_pad)
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message::error", on_trouble)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, end)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
resource.end()
