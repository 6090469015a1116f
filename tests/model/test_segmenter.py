"""Segment Anything's true code on small random weights, and what stands in for it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.point import Box, Point
from model.base import ModelError
from model.segmenter.registry import make_segmenter, shared_segmenter

SIZE = 64
unit = st.floats(0, 1)


def scene() -> np.ndarray:
    """A red square on a noisy grey table, and a green one beside it."""
    rng = np.random.default_rng(0)
    image = rng.integers(90, 130, (200, 300, 3)).astype(np.uint8)
    image[60:120, 50:110] = (200, 30, 30)
    image[60:120, 150:210] = (30, 160, 40)
    return image


def truth(left: int) -> np.ndarray:
    mask = np.zeros((200, 300), bool)
    mask[60:120, left : left + 60] = True
    return mask


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return (one & other).sum() / (one | other).sum()


def small_sam() -> torch.nn.Module:
    """The authors' own classes, two layers deep and 64 pixels wide."""
    modeling = pytest.importorskip("segment_anything.modeling")
    torch.manual_seed(0)
    grid, width = SIZE // 16, 32
    encoder = modeling.ImageEncoderViT(
        depth=2, embed_dim=48, img_size=SIZE, num_heads=2, out_chans=width, patch_size=16, window_size=2,
        global_attn_indexes=[1], use_rel_pos=True,
    )  # fmt: skip
    prompts = modeling.PromptEncoder(
        embed_dim=width, image_embedding_size=(grid, grid), input_image_size=(SIZE, SIZE), mask_in_chans=8
    )
    decoder = modeling.MaskDecoder(
        num_multimask_outputs=3, transformer_dim=width, iou_head_hidden_dim=16,
        transformer=modeling.TwoWayTransformer(depth=2, embedding_dim=width, mlp_dim=32, num_heads=2),
    )  # fmt: skip
    return modeling.Sam(encoder, prompts, decoder, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])


@pytest.fixture(scope="module")
def sam():
    from model.segmenter.sam import SegmentAnything

    return SegmentAnything(small_sam(), "Segment Anything test")


@pytest.mark.parametrize("prompt", [Point(0.3, 0.4), Box(0.1, 0.3, 0.4, 0.7)])
def test_sam_gives_the_mask_its_own_predictor_gives(sam, prompt):
    from segment_anything import SamPredictor

    image = scene()
    predictor = SamPredictor(small_sam().eval())
    predictor.set_image(image)
    if isinstance(prompt, Point):
        masks, scores, _ = predictor.predict(
            point_coords=np.array([[90.0, 80.0]]), point_labels=np.array([1]), multimask_output=True
        )
    else:
        masks, scores, _ = predictor.predict(box=np.array([30.0, 60.0, 120.0, 140.0]), multimask_output=False)
    mask = sam.segment(image, prompt)
    assert mask.shape == (200, 300)
    assert mask.dtype == np.bool_
    assert np.array_equal(mask, masks[scores.argmax()])


def test_a_second_prompt_on_one_picture_does_not_encode_it_again(sam, monkeypatch):
    image, encoded = scene(), []
    encoder = sam._predictor.model.image_encoder
    forward = encoder.forward
    monkeypatch.setattr(encoder, "forward", lambda x: encoded.append(1) or forward(x))
    image[0, 0] = 7  # a picture it has not seen
    first = sam.segment(image, Box(0.1, 0.3, 0.4, 0.7))
    sam.segment(image, Point(0.3, 0.4))
    assert len(encoded) == 1
    image[0, 0] = 8  # the same array with other contents is another picture
    sam.segment(image, Point(0.3, 0.4))
    assert len(encoded) == 2
    assert first.shape == (200, 300)


def test_a_checkpoint_is_loaded_into_the_named_architecture(tmp_path, monkeypatch):
    package = pytest.importorskip("segment_anything")
    path = tmp_path / "sam_vit_b_small.pth"
    torch.save(small_sam().state_dict(), path)
    blank = small_sam()
    for parameter in blank.parameters():
        torch.nn.init.zeros_(parameter)
    monkeypatch.setitem(package.sam_model_registry, "vit_b", lambda checkpoint: blank)
    for spec in (f"sam:{path}", f"sam:vit_b:{path}"):
        segmenter = make_segmenter(spec, "cpu")
        assert segmenter.name == "Segment Anything vit_b"
        assert segmenter.segment(scene(), Point(0.5, 0.5)).shape == (200, 300)
    expected = small_sam().state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in blank.state_dict().items())


def test_transformers_own_sam_gives_masks_too(tmp_path):
    from transformers import SamConfig, SamImageProcessor, SamModel, SamProcessor

    torch.manual_seed(0)
    config = SamConfig(
        vision_config={
            "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": SIZE, "patch_size": 16,
            "output_channels": 16, "window_size": 2, "mlp_dim": 32, "global_attn_indexes": [0], "num_pos_feats": 8,
        },
        prompt_encoder_config={
            "hidden_size": 16, "image_size": SIZE, "patch_size": 16, "image_embedding_size": SIZE // 16,
            "mask_input_channels": 4,
        },
        mask_decoder_config={
            "hidden_size": 16, "mlp_dim": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "iou_head_depth": 2,
            "iou_head_hidden_dim": 16,
        },
    )  # fmt: skip
    SamModel(config).save_pretrained(tmp_path)
    processor = SamImageProcessor(size={"longest_edge": SIZE}, pad_size={"height": SIZE, "width": SIZE})
    SamProcessor(processor).save_pretrained(tmp_path)
    segmenter = make_segmenter(f"sam:{tmp_path}", "cpu")
    assert "Segment Anything" in segmenter.name
    for prompt in (Point(0.3, 0.4), Box(0.1, 0.3, 0.4, 0.7)):
        first = segmenter.segment(scene(), prompt)
        assert (first.shape, first.dtype) == ((200, 300), np.bool_)
        assert np.array_equal(first, segmenter.segment(scene(), prompt))


@pytest.fixture(scope="module")
def classical():
    pytest.importorskip("cv2")
    return make_segmenter("classical")


def test_grabcut_parts_an_object_from_a_loose_box(classical):
    assert "classical" in classical.name
    loose = Box(35 / 300, 45 / 200, 125 / 300, 135 / 200)
    assert iou(classical.segment(scene(), loose), truth(50)) > 0.95


@pytest.mark.parametrize(("x", "left"), [(80, 50), (180, 150)])
def test_a_region_grows_from_a_point_over_one_object_alone(classical, x, left):
    mask = classical.segment(scene(), Point(x / 300, 90 / 200))
    assert iou(mask, truth(left)) > 0.8


def test_the_same_prompt_gives_the_same_mask(classical):
    first = classical.segment(scene(), Point(0.3, 0.45))
    classical.segment(scene(), Point(0.9, 0.1))
    assert np.array_equal(first, classical.segment(scene(), Point(0.3, 0.45)))


@pytest.mark.parametrize("box", [(1, 0.2, 1, 0.4), (0.2, 1, 0.4, 1), (1, 1, 1, 1), (0, 0, 0, 0), (0, 0, 1, 1)])
def test_a_box_at_the_far_edge_is_a_pixel_at_least(classical, box):
    assert classical.segment(scene(), Box(*box)).any()


def test_a_segmenter_is_loaded_once_a_process():
    pytest.importorskip("cv2")
    assert shared_segmenter("classical") is shared_segmenter("classical")
    assert shared_segmenter("classical").segment(scene(), Box(0.2, 0.2, 0.6, 0.6)).any()


@settings(deadline=None, max_examples=25)
@given(unit, unit, unit, unit, st.booleans())
def test_any_prompt_gives_a_mask_that_is_not_empty(classical, x, y, width, height, as_point):
    box = Box(x, y, min(1.0, x + width), min(1.0, y + height))
    image = scene()[::2, ::2]
    mask = classical.segment(image, Point(x, y) if as_point else box)
    assert mask.shape == (100, 150)
    assert mask.dtype == np.bool_
    assert mask.any()


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("magic", "a segmenter is one of classical"),
        ("sam:", "a segmenter is one of classical"),
        ("sam:/nowhere/sam_vit_b.pth", "there is no checkpoint"),
        ("sam:vit_b:/nowhere/x", "there is no checkpoint"),
        ("sam:/nowhere/folder", "is no Segment Anything that transformers can load"),
    ],
)
def test_a_spec_that_cannot_be_is_answered_with_what_can(spec, told):
    with pytest.raises(ModelError, match=told):
        make_segmenter(spec)


def test_a_file_that_is_no_checkpoint(tmp_path, monkeypatch):
    package = pytest.importorskip("segment_anything")
    monkeypatch.setitem(package.sam_model_registry, "vit_b", lambda checkpoint: small_sam())
    path = tmp_path / "weights.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(ModelError, match="which Segment Anything is"):
        make_segmenter(f"sam:{path}")
    with pytest.raises(ModelError, match="holds no vit_b of Segment Anything"):
        make_segmenter(f"sam:vit_b:{path}")


@pytest.mark.slow
def test_the_whole_vit_b_is_loaded_from_a_checkpoint_and_segments(tmp_path):
    """93.7 million parameters, random ones: the published ones cannot be had offline."""
    package = pytest.importorskip("segment_anything")
    torch.manual_seed(0)
    path = tmp_path / "sam_vit_b_01ec64.pth"
    torch.save(package.sam_model_registry["vit_b"]().state_dict(), path)
    segmenter = make_segmenter(f"sam:{path}", "cpu")
    mask = segmenter.segment(scene(), Box(35 / 300, 45 / 200, 125 / 300, 135 / 200))
    assert (mask.shape, mask.dtype) == ((200, 300), np.bool_)
    assert np.array_equal(mask, segmenter.segment(scene(), Box(35 / 300, 45 / 200, 125 / 300, 135 / 200)))
