"""Makes cam.safetensors: activation maps by PyPI's `grad-cam` of a twin of our classifier.

    pip install torch==2.15.* safetensors==0.8.* grad-cam==1.5.7
    python make_cam_goldens.py

The package computes sums of weights times activations, drops their negative part, shifts and scales each map to 0...1
and enlarges it with OpenCV. Kept here are the sums, before any of that (`gradcam`, `gradcam++`), and the maps after ReLU
and scaling at their own size (`... scaled`). It has no CAM; for a network that ends with a mean and a linear layer CAM is
Grad-CAM times the number of places, and that is kept as `cam`.
"""

from pathlib import Path

import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS, WIDTH, OUTPUTS, IMAGES, SIDE = 1, 3, 4, 2, 16


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.normalization = nn.BatchNorm2d(outputs, eps=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.normalization(self.convolution(x)))


class Classifier(nn.Module):
    """The classifier at an output stride of 4."""

    def __init__(self) -> None:
        super().__init__()
        w = WIDTH
        plan = [(CHANNELS, w, 1), (w, 2 * w, 2), (2 * w, 2 * w, 1), (2 * w, 4 * w, 2), (4 * w, 4 * w, 1)]
        plan += [(4 * w, 8 * w, 1), (8 * w, 8 * w, 1)]
        self.encoder = nn.ModuleList([Block(*shape) for shape in plan])
        self.head = nn.Conv2d(8 * w, OUTPUTS, 1)

    def forward(self, images: Tensor) -> Tensor:
        for block in self.encoder:
            images = block(images)
        return self.head(images.mean((2, 3), keepdim=True)).flatten(1)


def raw_maps(method: type, model: nn.Module, images: Tensor) -> Tensor:
    """[N, outputs, h, w]: the package's weighted sums, before ReLU, scaling and resizing."""
    maps = []
    for output in range(OUTPUTS):
        kept = []
        with method(model=model, target_layers=[model.encoder[6]]) as cam:
            inner = cam.get_cam_image
            cam.get_cam_image = lambda *a, **k: kept.append(inner(*a, **k)) or kept[-1]
            cam(input_tensor=images, targets=[ClassifierOutputTarget(output)] * IMAGES)
        maps.append(torch.tensor(kept[0], dtype=torch.float32))
    return torch.stack(maps, dim=1)


def scaled(maps: Tensor) -> Tensor:
    flat = scale_cam_image(maps.clamp(min=0).flatten(0, 1).numpy())
    return torch.tensor(flat).reshape(maps.shape)


def nhwc(maps: Tensor) -> Tensor:
    return maps.permute(0, 2, 3, 1).contiguous()


def main() -> None:
    torch.manual_seed(1)
    model = Classifier().eval()
    with torch.no_grad():
        for block in model.encoder:
            n = block.normalization
            n.weight.uniform_(0.5, 1.5), n.bias.uniform_(-0.2, 0.5)
            n.running_mean.uniform_(-0.2, 0.2), n.running_var.uniform_(0.5, 1.5)
        model.head.weight.normal_()
    images = torch.rand(IMAGES, CHANNELS, SIDE, SIDE) * 2 - 1
    gradcam = raw_maps(GradCAM, model, images)
    plusplus = raw_maps(GradCAMPlusPlus, model, images)
    tensors = {k: v for k, v in model.state_dict().items() if "num_batches" not in k}
    tensors |= {
        "images": nhwc(images),
        "logits": model(images).detach(),
        "cam": nhwc(gradcam * gradcam.shape[2] * gradcam.shape[3]),
        "gradcam": nhwc(gradcam),
        "gradcam scaled": nhwc(scaled(gradcam)),
        "gradcam++": nhwc(plusplus),
        "gradcam++ scaled": nhwc(scaled(plusplus)),
    }
    save_file(tensors, Path(__file__).with_name("cam.safetensors"))


if __name__ == "__main__":
    main()
