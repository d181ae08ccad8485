"""The PyTorch twin of the package's U-Net: same blocks, same order, same parameter names."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Module):
    """3x3 convolution (padding 1, no bias), batch normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.normalization = nn.BatchNorm2d(outputs, eps=1e-5, momentum=0.1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.normalization(self.convolution(x)))


class UNet(nn.Module):
    """Four scales (w, 2w, 4w, 8w), nearest-neighbour up-sampling, a 1x1 head with bias.

    Images [N, C, H, W] with H and W divisible by 8 give logits [N, K, H, W].
    One channel, w = 16 and K = 11 have 444,059 parameters.
    """

    def __init__(self, channels: int, width: int, classes: int) -> None:
        super().__init__()
        w = width
        self.encoder = nn.ModuleList(
            [
                Block(channels, w),
                Block(w, 2 * w, stride=2),
                Block(2 * w, 2 * w),
                Block(2 * w, 4 * w, stride=2),
                Block(4 * w, 4 * w),
                Block(4 * w, 8 * w, stride=2),
                Block(8 * w, 8 * w),
            ]
        )
        self.decoder = nn.ModuleList(
            [
                Block(8 * w + 4 * w, 4 * w),
                Block(4 * w + 2 * w, 2 * w),
                Block(2 * w + w, 2 * w),
            ]
        )
        self.head = nn.Conv2d(2 * w, classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # He et al. 2015 for a leaky ReLU of slope sqrt 5: variance 1 / (3 fan-in), as PyTorch's default.
                fan_in = module.in_channels * math.prod(module.kernel_size)
                nn.init.normal_(module.weight, std=math.sqrt(1 / (3 * fan_in)))
        nn.init.zeros_(self.head.bias)

    def forward(self, images: Tensor) -> Tensor:
        full = self.encoder[0](images)
        half = self.encoder[2](self.encoder[1](full))
        quarter = self.encoder[4](self.encoder[3](half))
        x = self.encoder[6](self.encoder[5](quarter))
        for block, skip in zip(self.decoder, (quarter, half, full)):
            upsampled = F.interpolate(x, scale_factor=2, mode="nearest")
            x = block(torch.cat([upsampled, skip], dim=1))
        return self.head(x)


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay for the weights of convolutions, none for biases, scales and shifts, as ours does it."""
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
    ]


def named_weights(model: nn.Module) -> dict[str, Tensor]:
    """Parameters and running statistics by the names both sides write to safetensors."""
    return {
        name: tensor.detach().clone(memory_format=torch.contiguous_format)
        for name, tensor in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def load_named_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Sets parameters and running statistics; a name that is missing or unknown is an error."""
    expected = named_weights(model).keys()
    if weights.keys() != expected:
        missing = sorted(expected - weights.keys())
        unknown = sorted(weights.keys() - expected)
        raise ValueError(f"weights do not fit the network: missing {missing}, unknown {unknown}")
    model.load_state_dict(weights, strict=False)
