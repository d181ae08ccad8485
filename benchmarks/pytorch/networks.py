"""The PyTorch twins of our encoders and decoders, put together from the usual libraries.

`build` gives what segmentation_models_pytorch (smp) 0.6 builds, with timm 1.0 and torchvision 0.29
underneath, randomly initialised. What those compute, as far as names don't say it (found by reading
and running these versions; S is smp, T is timm):

Encoders give the image and five levels, at strides 2, 4, 8, 16 and 32 where nothing is dilated.
- resnet18 ... resnet101 (S encoders/resnet.py): after conv1-bn1-relu, before the pooling; then
  layer1 ... layer4. The bottleneck's stride is on its 3 x 3 convolution.
- mobilenetV2 (S encoders/mobilenet.py): after features 1, 3, 6, 13 and 18 (the last 1 x 1
  convolution to 1280 channels, with its ReLU6).
- efficientnetLite0 (T tf_efficientnet_lite0): after blocks 0, 1, 2, 4 and 6; conv_head and bn2 are
  not part of it. Epsilon 1e-3, ReLU6, and TensorFlow's SAME padding: of a total of
  max((ceil(in / s) - 1) s + (k - 1) d + 1 - in, 0), half (rounded down) goes before.
- convnextTiny (T convnext_tiny): stages 0 to 3 at strides 4 to 32. Level 1, at stride 2, has no
  channels (S encoders/timm_universal.py), so the U-Net's block there has no skip. Layer
  normalisation with epsilon 1e-6, the exact GELU, no normalisation after the last stage.

Output strides 16 and 8 by dilation. In the ResNets and MobileNetV2 (S encoders/_utils.py) every
convolution of a stage that lost its stride gets stride 1, dilation d and padding d (k // 2), its
first block included: layer4 or features 14 to 18; with 8 also layer3 or features 7 to 13 (d = 2),
and then d = 4 in the last. In timm's encoders the first block of such a stage still has the
dilation before it (T models/_efficientnet_builder.py); ConvNeXt's 2 x 2 convolution between stages
keeps its kernel at stride 1 and is padded by SAME: 0 before and 1 after, or, dilated by 2, 1 and 1.

Decoders (S decoders/*/decoder.py).
- unet: five blocks; nearest-neighbour resizing to the next level's size, the upsampled channels
  before the skip's, twice (3 x 3 convolution, normalisation, ReLU); 256, 128, 64, 32, 16 channels.
  The last block has no skip. Head: 3 x 3 with bias.
- deeplabV3Plus: atrous pooling of level 5 in the order 1 x 1, three rates, image pooling; to 256
  channels, dropout 0.5; a separable 3 x 3; bilinear with aligned corners to level 2's size; level 2
  by a 1 x 1 to 48 channels, after the upsampled ones; a separable 3 x 3. Head: 1 x 1 with bias, then
  bilinear x 4 with aligned corners. A separable convolution has nothing between its two parts.
  With `separable=False` only the three rates of atrous pooling become dense.
- fpn: 1 x 1 convolutions with bias to 256 channels, nearest-neighbour x 2 and sums from level 5 down
  to level 2; on each, 3 x 3 to 128 channels, 32 groups' normalisation, ReLU and bilinear x 2 with
  aligned corners (3, 2, 1 and no times; level 2 once without); their sum, dropout 0.2 of whole
  channels. Head: 1 x 1 with bias, then bilinear x 4 with aligned corners.
Biases stand only where this says so and in ConvNeXt; epsilon is 1e-5 except as said.

Two things smp doesn't do: the rates of atrous pooling follow the output stride, as in DeepLabV3
(arXiv 1706.05587, 3.3), where smp has 12, 24, 36 for each; and an output stride of 32 for
deeplabV3Plus, which then upsamples 8 times.
"""

import re
import warnings

import segmentation_models_pytorch as smp
import torch
from torch import Tensor, nn

# Our names and smp's; `tu-` are timm's.
ENCODERS = {
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "resnet101": "resnet101",
    "mobilenetV2": "mobilenet_v2",
    "efficientnetLite0": "tu-tf_efficientnet_lite0",
    "convnextTiny": "tu-convnext_tiny",
}
DECODERS = ("unet", "deeplabV3Plus", "fpn")
OUTPUT_STRIDES = (8, 16, 32)
# The stride of the level that DeepLabV3+ takes as its low-level skip.
SKIP_STRIDE = 4


def atrous_rates(output_stride: int) -> tuple[int, int, int]:
    """Dilations of atrous pooling: 6, 12, 18 at stride 16, and the same distances in the image else."""
    return tuple(96 * i // output_stride for i in (1, 2, 3))


def build(
    encoder: str,
    decoder: str,
    output_stride: int,
    classes: int,
    separable: bool = True,
    rates: tuple[int, int, int] | None = None,
) -> nn.Module:
    """A network of three input channels, randomly initialised; nothing is downloaded."""
    if encoder not in ENCODERS or decoder not in DECODERS:
        raise ValueError(
            f"{encoder} with {decoder}: the encoders are {', '.join(ENCODERS)}, the decoders "
            f"{', '.join(DECODERS)}"
        )
    if output_stride not in OUTPUT_STRIDES or (decoder == "fpn" and output_stride != 32):
        raise ValueError(
            f"output stride {output_stride} of {decoder}: fpn has 32, the others 8, 16 or 32"
        )
    settings = {"encoder_name": ENCODERS[encoder], "encoder_weights": None, "classes": classes}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # timm's, about names of other models
        if decoder == "unet":
            dilation = {} if output_stride == 32 else {"output_stride": output_stride}
            return smp.Unet(**settings, **dilation)
        if decoder == "fpn":
            return smp.FPN(**settings)
        return deeplab(settings, output_stride, separable, rates or atrous_rates(output_stride))


def deeplab(
    settings: dict[str, object], output_stride: int, separable: bool, rates: tuple[int, int, int]
) -> nn.Module:
    """smp's DeepLabV3+; at stride 32, which it refuses, its decoder on an undilated encoder."""
    model = smp.DeepLabV3Plus(
        **settings,
        encoder_output_stride=min(output_stride, 16),
        decoder_atrous_rates=rates,
        decoder_aspp_separable=separable,
    )
    if output_stride == 32:
        model.encoder = smp.encoders.get_encoder(settings["encoder_name"], weights=None)
    model.decoder.up.scale_factor = float(output_stride // SKIP_STRIDE)
    return model


def plain_name(name: str) -> str:
    """The name as in timm's whole model, for what smp calls `encoder.model.stages_1.…`."""
    name = re.sub(r"^encoder\.model\.", "encoder.", name)
    return re.sub(r"^encoder\.(stem|stages)_(\d+)\.", r"encoder.\1.\2.", name)


def library_names(model: nn.Module) -> dict[str, str]:
    """From the plain name of each parameter and running statistic to the one inside `model`."""
    return {
        plain_name(name): name
        for name in model.state_dict()
        if not name.endswith("num_batches_tracked")
    }


def named_parameters(model: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters by their plain names, in the order of the forward graph."""
    return {plain_name(name): parameter for name, parameter in model.named_parameters()}


def named_weights(model: nn.Module) -> dict[str, Tensor]:
    """Copies of parameters and running statistics by their plain names."""
    state = model.state_dict()
    return {
        plain: state[name].detach().clone(memory_format=torch.contiguous_format)
        for plain, name in library_names(model).items()
    }


def load_named_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Sets parameters and running statistics; a name that is missing or unknown is an error."""
    names = library_names(model)
    if weights.keys() != names.keys():
        missing = sorted(names.keys() - weights.keys())
        unknown = sorted(weights.keys() - names.keys())
        raise ValueError(f"weights do not fit the network: missing {missing}, unknown {unknown}")
    state = {names[plain]: tensor for plain, tensor in weights.items()}
    counters = [name for name in model.state_dict() if name.endswith("num_batches_tracked")]
    model.load_state_dict(state | {name: model.state_dict()[name] for name in counters})
