using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class HashingTests : LeakChecked
{
    [Fact]
    public void Call_MaskText_GoesAloneToBinZero()
    {
        using TensorScope scope = new();
        using Hashing layer = new(3) { MaskText = "" };
        using Function function = new(inputs => [layer.Call(inputs[0])]);
        Tensor words = Tensor.FromStrings(["", "a", "b", "c"]);
        long[] bins = layer.Call(words).ToArray<long>();
        Assert.Equal(0, bins[0]);
        Assert.All(bins[1..], bin => Assert.InRange(bin, 1, 2));
        Assert.Equal(bins, function.Call(words)[0].ToArray<long>());
    }

    [Fact]
    public void Call_WhatCannotBeHashed_Throws()
    {
        using TensorScope scope = new();
        using Hashing masked = new(3) { MaskInteger = 4 }, plain = new(3);
        AssertRefused(() => masked.Call(Tensor.FromStrings(["a"])), "mask_value");
        AssertRefused(() => plain.Call(Tensor.From<bool>([true])), "texts or integers");
        AssertRefused(() => _ = new Hashing(0), "num_bins");
        AssertRefused(() => _ = new Hashing(3) { Salt = [1] }, "salt");
        AssertRefused(() => _ = new Hashing(3, CategoryOutput.TfIdf), "output_mode");
    }

    [Fact]
    public void Call_InASequentialModelOfTexts_MakesVectors()
    {
        using TensorScope scope = new();
        using Sequential model = new() { new Hashing(4, CategoryOutput.MultiHot), new Dense(2) };
        Assert.Equal(Shape.Create([2, 2]), model.Call(Tensor.FromStrings(["a", "b", "c", "d"], [2, 2])).Shape);
    }

    private static void AssertRefused(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<TfLbfgsException>(action).Message, StringComparison.Ordinal);
}
