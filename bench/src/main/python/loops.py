"""Decodes a video with PyAV and encodes its frames, one after the other; prints frames a second."""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np

WARM_UP_SECONDS = 3.0


def frames(video: Path, width: int, height: int) -> Iterator[np.ndarray]:
    """RGB pictures of the video, over and over."""
    while True:
        with av.open(str(video)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in container.decode(stream):
                yield frame.reformat(width=width, height=height, format="rgb24").to_ndarray()[None]


def onnxruntime_encoder(encoder: Path, threads: int) -> Callable[[np.ndarray], object]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(encoder), options, providers=["CPUExecutionProvider"])
    return lambda picture: session.run(None, {"image": picture})


def openvino_encoder(encoder: Path, threads: int, size: tuple[int, int]) -> Callable[[np.ndarray], object]:
    import openvino

    core = openvino.Core()
    model = core.read_model(encoder)
    model.reshape({"image": [1, size[1], size[0], 3]})
    compiled = core.compile_model(
        model, "CPU", {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    )
    request = compiled.create_infer_request()
    return lambda picture: request.infer({"image": picture}, share_inputs=True, share_outputs=True)


def rate(pictures: Iterator[np.ndarray], encode: Callable[[np.ndarray], object], seconds: float) -> float:
    began = time.perf_counter()
    encoded = 0
    while time.perf_counter() - began < seconds:
        encode(next(pictures))
        encoded += 1
    return encoded / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", choices=["onnxruntime", "openvino"], required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--video", type=Path, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    if given.runtime == "openvino":
        encode = openvino_encoder(given.encoder, given.threads, (given.width, given.height))
    else:
        encode = onnxruntime_encoder(given.encoder, given.threads)
    pictures = frames(given.video, given.width, given.height)
    rate(pictures, encode, WARM_UP_SECONDS)
    print(rate(pictures, encode, given.seconds))


if __name__ == "__main__":
    main()
