"""The networks of the issue by name: torchvision's and transformers', at the smallest image that works.

``NETWORKS[name].case()`` is a ``Case`` like those of the small nets; it skips the test, with the reason, where the
library is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from torch import nn

from .case import Case
from .torchvision_shim import import_torchvision

CLASSES = 10


@dataclass(frozen=True)
class Network:
    """Where a network comes from and the least image side that it is tested at."""

    library: str
    make: Callable[[], nn.Module]
    side: int = 64
    quick: bool = False
    """Small and varied enough to run in every test run."""
    keep: frozenset[str] = frozenset()
    """Layers whose outputs are the network's own answers, beside the last one."""

    def case(self) -> Case:
        """The network as a case; skips where its library is missing."""
        try:
            import_torchvision()  # transformers looks for torchvision too, and breaks on one that does not import
        except ImportError as missing:
            if self.library == "torchvision":
                pytest.skip(f"needs torchvision: {missing}")
        if self.library == "transformers":
            pytest.importorskip("transformers")
        return Case(self.make, ((3, self.side, self.side),), keep=self.keep, slow=not self.quick)


def _vision(name: str, side: int = 64, quick: bool = False, keep: tuple[str, ...] = (), **options: Any) -> Network:
    def make() -> nn.Module:
        return _find(name)(weights=None, **{"num_classes": CLASSES, **options})  # type: ignore[no-any-return]

    return Network("torchvision", make, side, quick, frozenset(keep))


def _short(make: Callable[[Any], nn.Module]) -> Network:
    """An architecture of ``torchvision.models`` with few of its blocks: whatever joins them is there."""
    return Network("torchvision", lambda: make(import_torchvision().models), side=32, quick=True)


def _find(name: str) -> Any:
    models = import_torchvision().models
    return getattr(models, name, None) or getattr(models.segmentation, name)


def _hugging(name: str, side: int = 64, **config: Any) -> Network:
    def make() -> nn.Module:
        import transformers

        settings = getattr(transformers, f"{name}Config")(num_labels=CLASSES, **config)
        return getattr(transformers, f"{name}ForImageClassification")(settings)  # type: ignore[no-any-return]

    return Network("transformers", make, side)


# Rows of an inverted residual: expansion, channels, blocks, stride.
SHORT_MOBILENET = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 1, 2]]

NETWORKS: dict[str, Network] = {
    "resnet_short": _short(lambda models: models.ResNet(models.resnet.BasicBlock, [1, 1, 1, 1], CLASSES)),
    "densenet_short": _short(lambda models: models.DenseNet(12, (2, 3, 2), 24, num_classes=CLASSES)),
    "mobilenet_v2_short": _short(lambda models: models.MobileNetV2(CLASSES, inverted_residual_setting=SHORT_MOBILENET)),
    "shufflenet_v2_short": _short(
        lambda models: models.ShuffleNetV2([2, 2, 1], [24, 32, 48, 64, 96], num_classes=CLASSES)
    ),
    "resnet18": _vision("resnet18"),
    "resnet50": _vision("resnet50"),
    "wide_resnet50_2": _vision("wide_resnet50_2"),
    "resnext50": _vision("resnext50_32x4d"),
    "densenet121": _vision("densenet121"),
    "vgg16_bn": _vision("vgg16_bn", side=32),
    "alexnet": _vision("alexnet", side=63),
    "squeezenet1_1": _vision("squeezenet1_1"),
    "googlenet": _vision("googlenet", aux_logits=False, init_weights=False),
    "googlenet_aux": _vision("googlenet", aux_logits=True, init_weights=False),
    "inception_v3": _vision("inception_v3", side=75, aux_logits=False, init_weights=False),
    "inception_v3_aux": _vision("inception_v3", side=75, aux_logits=True, init_weights=False),
    "mobilenet_v2": _vision("mobilenet_v2"),
    "mobilenet_v3_small": _vision("mobilenet_v3_small"),
    "mobilenet_v3_large": _vision("mobilenet_v3_large"),
    "mnasnet": _vision("mnasnet1_0"),
    "efficientnet_b0": _vision("efficientnet_b0"),
    "efficientnet_v2_s": _vision("efficientnet_v2_s"),
    "regnet_y_400mf": _vision("regnet_y_400mf"),
    "shufflenet_v2": _vision("shufflenet_v2_x1_0"),
    "fcn_resnet50": _vision("fcn_resnet50", weights_backbone=None),
    "fcn_resnet50_aux": _vision(
        "fcn_resnet50", weights_backbone=None, aux_loss=True, keep=("classifier.4", "aux_classifier.4")
    ),
    "deeplabv3_resnet50": _vision("deeplabv3_resnet50", weights_backbone=None),
    "hf_resnet": _hugging("ResNet", depths=[2, 2, 2, 2], hidden_sizes=[32, 64, 96, 128], embedding_size=16),
    "hf_mobilenet_v1": _hugging("MobileNetV1"),
    "hf_mobilenet_v2": _hugging("MobileNetV2"),
    "hf_regnet": _hugging("RegNet", depths=[1, 2, 2, 1], hidden_sizes=[32, 64, 96, 128], groups_width=16),
    "hf_convnext": _hugging("ConvNext", depths=[2, 2, 2, 2], hidden_sizes=[24, 32, 48, 64]),
}

QUICK = [name for name, network in NETWORKS.items() if network.quick]
