using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class RandomImageLayerTests : LeakChecked
{
    [Fact]
    public void Call_OwnLayer_DrawsAnewForEachImageAndPass()
    {
        using TensorScope scope = new();
        using Brighter layer = new();
        Tensor images = Tensor.Zeros([3, 2, 2, 1], DType.Float32);
        float[] first = layer.Call(images, training: true).ToArray<float>(), second = layer.Call(images, training: true).ToArray<float>();
        Assert.Equal(3, first.Distinct().Count());
        Assert.All(first, number => Assert.InRange(number, 1, 2));
        Assert.Empty(first.Intersect(second));
        Assert.All(layer.Call(images).ToArray<float>(), number => Assert.Equal(0, number));
        Assert.Equal(Shape.Create([2, 2, 1]), layer.Call(images[0], training: true).Shape);
    }

    [Fact]
    public void Call_TracedInTraining_DrawsAnew()
    {
        using TensorScope scope = new();
        using RandomRotation layer = new(0.4);
        using Function function = new(inputs => [layer.Call(inputs[0], training: true)]);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 48).Select(i => (float)i)], [1, 4, 4, 3]);
        float[] first = function.Call(images)[0].ToArray<float>(), second = function.Call(images)[0].ToArray<float>();
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Save_ModelThatAugmentsImages_ReloadsEqual()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using Sequential model = new()
        {
            new InputLayer([6, 6, 3]), new Resizing(5, 5), new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1),
                new RandomZoom((-0.2, 0.1)), new RandomTranslation(0.1, (0, 0.2), FillMode.Constant),
            new RandomContrast(0.2), new RandomBrightness(0.2), new CenterCrop(4, 4), new Rescaling(1 / 255.0), new Flatten(), new Dense(2),
        };
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 108).Select(i => (float)i)], [1, 6, 6, 3]);
        float[] expected = model.Call(images).ToArray<float>();
        model.Save(folder.File("images.h5"));
        using Model again = Model.Load(folder.File("images.h5"));
        Assert.Equal(expected, again.Call(images).ToArray<float>());
        Assert.Equal(model.Layers[4].GetConfig().ToJsonString(), again.Layers[4].GetConfig().ToJsonString());
        Assert.Equal(Shape.Create([1, 2]), model.Call(images, training: true).Shape);
    }

    [Fact]
    public void RandomFlip_EachGeneration_MirrorsAsItDoes()
    {
        using TensorScope scope = new();
        using RandomFlip whole = new(seed: 3);
        using Layer each = KerasRegistry.FromConfig<Layer>("RandomFlip",
            JsonDocument.Parse("""{"name": "flip", "mode": "horizontal_and_vertical", "seed": 3}""").RootElement, KerasGeneration.Keras2);
        Tensor images = Tf.Tile(Tensor.From<float>([1f, 2, 3, 4], [1, 2, 2, 1]), 64, 1, 1, 1);
        string[] Kinds(Layer layer) =>
            [.. layer.Call(images, training: true).ToArray<float>().Chunk(4).Select(image => string.Concat(image)).Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.Equal(["1234", "4321"], Kinds(whole));
        Assert.Equal(["1234", "2143", "3412", "4321"], Kinds(each));
    }

    [Fact]
    public void RandomCrop_LargerImages_TakesAnyPart()
    {
        using TensorScope scope = new();
        using RandomCrop layer = new(2, 2, seed: 5);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 9).Select(i => (float)i)], [1, 3, 3, 1]);
        HashSet<string> seen = [.. Enumerable.Range(0, 40).Select(_ => string.Concat(layer.Call(images, training: true).ToArray<float>()))];
        Assert.Equal(["0134", "1245", "3467", "4578"], seen.Order(StringComparer.Ordinal));
        Assert.Equal(images.Shape, layer.Call(images).Shape);
    }

    [Fact]
    public void RandomTranslation_Factors_LieWithinTheirRange()
    {
        using TensorScope scope = new();
        using RandomTranslation layer = new((0.25, 0.5), 0, FillMode.Constant, Interpolation.Nearest, fillValue: -1, seed: 2);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 8).Select(i => (float)i)], [1, 8, 1, 1]);
        int[] shifts =
            [.. Enumerable.Range(0, 30).Select(_ => layer.Call(images, training: true).ToArray<float>().Count(number => number < 0))];
        Assert.Equal([2, 3, 4], shifts.Distinct().Order());
    }

    [Fact]
    public void RandomErasing_Rectangle_HasTheSizeOfTheScale()
    {
        using TensorScope scope = new();
        using RandomErasing layer = new((1, 1), scale: (0.25, 0.25), fillValue: [7.0], seed: 1);
        float[] erased = layer.Call(Tensor.Zeros([5, 20, 20, 1], DType.Float32), training: true).ToArray<float>();
        Assert.All(erased.Chunk(400), image => Assert.InRange(image.Count(value => value == 7), 81, 121));
    }

    [Fact]
    public void RandomPerspective_WithoutDistances_LeavesTheImage()
    {
        using TensorScope scope = new();
        using RandomPerspective still = new((1, 1), scale: 0), moving = new((1, 1), scale: 0.5, seed: 1);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 36).Select(i => (float)i)], [1, 6, 6, 1]);
        float[] same = still.Call(images, training: true).ToArray<float>(), moved = moving.Call(images, training: true).ToArray<float>();
        Assert.All(Enumerable.Range(0, 36), i => Assert.Equal(i, same[i], 1e-2f));
        Assert.NotEqual(same, moved);
        // The corner at the origin stays.
        Assert.Equal(0, moved[0], 1e-3f);
    }

    [Fact]
    public void RandomShear_Factor_ShiftsRowsByTheirPlace()
    {
        using TensorScope scope = new();
        using RandomShear layer = new(xFactor: (1, 1), fillMode: FillMode.Constant, interpolation: Interpolation.Nearest, seed: 1);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 9).Select(i => i + 1f)], [1, 3, 3, 1]);
        HashSet<string> seen = [.. Enumerable.Range(0, 20).Select(_ => string.Concat(layer.Call(images, training: true).ToArray<float>()))];
        Assert.Equal(["123045007", "123560900"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RandomColorJitter_Factors_MakeItsSteps()
    {
        using TensorScope scope = new();
        using RandomColorJitter layer = new(brightnessFactor: 0.1, hueFactor: 0.2, seed: 3);
        Assert.Equal(["random_brightness", "random_hue"], layer.Sublayers.Select(step => step.Name));
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 12).Select(i => 10f * i)], [1, 2, 2, 3]);
        Assert.NotEqual(images.ToArray<float>(), layer.Call(images, training: true).ToArray<float>());
        using Layer again =
            KerasRegistry.FromConfig<Layer>("RandomColorJitter", JsonSerializer.SerializeToElement(layer.GetConfig()),
            KerasGeneration.Keras3);
        Assert.Equal(2, again.Sublayers.Count);
    }

    [Fact]
    public void RandAugment_InTraining_ChangesImagesWithinTheirRange()
    {
        using TensorScope scope = new();
        using RandAugment layer = new((0, 1), seed: 3);
        Tensor images = Tensor.From<float>([.. Enumerable.Range(0, 48).Select(i => i / 48f)], [1, 4, 4, 3]);
        string[] outputs = [.. Enumerable.Range(0, 4).Select(_ => string.Join(' ', layer.Call(images, training: true).ToArray<float>()))];
        Assert.True(outputs.Distinct().Count() > 1);
        Assert.All(layer.Call(images, training: true).ToArray<float>(), value => Assert.InRange(value, -1e-4f, 1.0001f));
        Assert.Equal(images.ToArray<float>(), layer.Call(images).ToArray<float>());
    }

    [Fact]
    public void Create_FactorsOutOfRange_Throw()
    {
        AssertRefused(() => _ = new RandomTranslation(1.5, 0), "height_factor");
        AssertRefused(() => _ = new RandomZoom(0.5, (-2, 0)), "width_factor");
        AssertRefused(() => _ = new RandomRotation((1.5, 2)), "factor");
        AssertRefused(() => _ = new RandomContrast((2, 3)), "factor");
        AssertRefused(() => _ = new RandomBrightness((-3, -2)), "factor");
        AssertRefused(() => _ = new RandomHeight((-1.5, 0)), "factor");
        AssertRefused(() => _ = new Resizing(0, 3), "height");
        AssertRefused(() => _ = new Resizing(2, 3) { CropsToAspectRatio = true, PadsToAspectRatio = true }, "both");
        AssertRefused(() => _ = new RandomZoom(0.5, interpolation: Interpolation.Bicubic), "interpolation");
        using TensorScope scope = new();
        using RandomFlip layer = new();
        AssertRefused(() => layer.Call(Tensor.Zeros([2, 2], DType.Float32)), "3 dimensions");
    }

    [Fact]
    public void Resizing_ImagesOfAnySize_InAFunctionalModel()
    {
        using TensorScope scope = new();
        KerasTensor input = KerasTensor.Input([-1, -1, 3]);
        KerasTensor resized = new Resizing(4, 6) { CropsToAspectRatio = true }.Apply(input);
        Assert.Equal(Shape.Create([-1, 4, 6, 3]), resized.Shape);
        using Model model = new(input, resized);
        Assert.Equal(Shape.Create([2, 4, 6, 3]), model.Call(Tensor.Zeros([2, 9, 7, 3], DType.Float32)).Shape);
    }

    private static void AssertRefused(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<TfLbfgsException>(action).Message, StringComparison.Ordinal);

    private sealed class Brighter : RandomImageLayer
    {
        protected override Tensor TransformAtRandom(Tensor images, CallContext context) => images + DrawEach(images, context, (1, 2));
    }
}
