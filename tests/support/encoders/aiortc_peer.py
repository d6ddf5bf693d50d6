"""
aiortc as an encoder (WHIP) or a player (WHEP): `aiortc_peer.py publish|play URL TOKEN VP8|H264`. It says what happens, a
line of JSON each, and deletes its resource on SIGTERM.
"""
import asyncio
import signal
import sys
import zlib

import av
import numpy
from aiortc.mediastreams import MediaStreamError
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack

from resource import Resource, say

role, url, token, codec = sys.argv[1:5]


class Ball(VideoStreamTrack):
    """A bright square that moves over a grey ground."""

    at = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        picture = numpy.full((360, 640, 3), 96, numpy.uint8)
        picture[100:220, self.at : self.at + 80] = (240, 200, 40)
        self.at = (self.at + 4) % 560
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


async def watch(track):
    """Decoded pictures are counted, and how many of them differ."""
    frames, pictures = 0, set()
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return say(ended=frames)
        frames += 1
        pictures.add(zlib.crc32(frame.to_ndarray(format="gray").tobytes()))
        if frames % 10 == 0:
            say(frames=frames, pictures=len(pictures), width=frame.width, height=frame.height)


async def main():
    peer = RTCPeerConnection()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    watching = []

    @peer.on("connectionstatechange")
    def on_state():
        say(state=peer.connectionState)

    @peer.on("track")
    def on_track(track):
        watching.append(asyncio.ensure_future(watch(track)))

    if role == "publish":
        transceiver = peer.addTransceiver(Ball(), direction="sendonly")
    else:
        transceiver = peer.addTransceiver("video", direction="recvonly")
    codecs = RTCRtpSender.getCapabilities("video").codecs
    wanted = [one for one in codecs if one.mimeType.lower() in (f"video/{codec}".lower(), "video/rtx")]
    transceiver.setCodecPreferences(wanted)
    await peer.setLocalDescription(await peer.createOffer())
    resource = Resource(url, token)
    # Its offer has all candidates, so nothing is left to trickle.
    offer = peer.localDescription.sdp
    answer = await asyncio.get_running_loop().run_in_executor(None, resource.offer, offer)
    await peer.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await ended.wait()
    await peer.close()
    resource.end()


asyncio.run(main())
