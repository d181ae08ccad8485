"""Names, sizes and strides of the twins' networks."""

import unittest

import timm
import torch
import torchvision

import networks


class NetworksTests(unittest.TestCase):
    def test_every_pair_has_logits_of_the_images_size(self) -> None:
        image = torch.rand(1, 3, 64, 96)
        for encoder in ("resnet18", "mobilenetV2", "efficientnetLite0", "convnextTiny"):
            for decoder in networks.DECODERS:
                for stride in (32,) if decoder == "fpn" else networks.OUTPUT_STRIDES:
                    model = networks.build(encoder, decoder, stride, classes=7).eval()
                    with torch.no_grad():
                        found = model(image).shape
                    self.assertEqual(found, (1, 7, 64, 96), (encoder, decoder, stride))

    def test_encoders_have_the_names_of_torchvision_and_timm(self) -> None:
        wholes = {
            "resnet50": torchvision.models.resnet50(),
            "mobilenetV2": torchvision.models.mobilenet_v2(),
            "efficientnetLite0": timm.create_model("tf_efficientnet_lite0"),
            "convnextTiny": timm.create_model("convnext_tiny"),
        }
        heads = ("fc.", "classifier.", "conv_head.", "bn2.", "head.")
        for encoder, whole in wholes.items():
            expected = {
                name: tensor.shape
                for name, tensor in whole.state_dict().items()
                if not name.startswith(heads) and not name.endswith("num_batches_tracked")
            }
            weights = networks.named_weights(networks.build(encoder, "unet", 32, classes=2))
            found = {
                name.removeprefix("encoder."): tensor.shape
                for name, tensor in weights.items()
                if name.startswith("encoder.")
            }
            self.assertEqual(found, expected, encoder)

    def test_names_map_to_timms_and_back(self) -> None:
        self.assertEqual(
            networks.plain_name("encoder.model.stages_1.blocks.0.gamma"),
            "encoder.stages.1.blocks.0.gamma",
        )
        self.assertEqual(networks.plain_name("decoder.p5.weight"), "decoder.p5.weight")
        source, target = (networks.build("convnextTiny", "fpn", 32, classes=2) for _ in range(2))
        weights = networks.named_weights(source)
        networks.load_named_weights(target, weights)
        for name, tensor in networks.named_weights(target).items():
            self.assertTrue(torch.equal(tensor, weights[name]), name)
        del weights["encoder.stem.0.weight"]
        with self.assertRaisesRegex(ValueError, "encoder.stem.0.weight"):
            networks.load_named_weights(target, weights)

    def test_rates_follow_the_output_stride(self) -> None:
        found = [networks.atrous_rates(stride) for stride in networks.OUTPUT_STRIDES]
        self.assertEqual(found, [(12, 24, 36), (6, 12, 18), (3, 6, 9)])
        pooling = networks.build("resnet18", "deeplabV3Plus", 8, 2, separable=False).decoder.aspp[0]
        self.assertEqual([pooling.convs[i][0].dilation[0] for i in (1, 2, 3)], [12, 24, 36])

    def test_what_does_not_fit_is_an_error(self) -> None:
        for bad in (("vgg", "unet", 32), ("resnet18", "pan", 32), ("resnet18", "fpn", 16)):
            with self.assertRaises(ValueError, msg=str(bad)):
                networks.build(*bad, classes=2)


if __name__ == "__main__":
    unittest.main()
