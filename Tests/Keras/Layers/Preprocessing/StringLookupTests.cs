using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class StringLookupTests : LeakChecked
{
    [Fact]
    public void Call_Traced_ReadsTheVocabularyOfTheMoment()
    {
        using StringLookup layer = new(["a", "b"]);
        using Function function = new(inputs => [layer.Call(inputs[0])]);
        using TensorScope scope = new();
        Tensor words = Tensor.FromStrings(["b", "x", "a"]);
        Assert.Equal([2L, 0, 1], function.Call(words)[0].ToArray<long>());
        layer.SetVocabulary(["x", "a"]);
        Assert.Equal([0L, 1, 2], function.Call(words)[0].ToArray<long>());
        Assert.Equal([0L, 1, 2], layer.Call(words).ToArray<long>());
    }

    [Fact]
    public void Call_UnknownTokenWithoutANumber_Throws()
    {
        using StringLookup layer = new(["a", "b"], unknownIndices: 0);
        using Function function = new(inputs => [layer.Call(inputs[0])]);
        using TensorScope scope = new();
        Assert.Equal([1L, 0], function.Call(Tensor.FromStrings(["b", "a"]))[0].ToArray<long>());
        Tensor unknown = Tensor.FromStrings(["b", "what"]);
        Assert.Contains("what", Assert.ThrowsAny<TfLbfgsException>(() => layer.Call(unknown)).Message, StringComparison.Ordinal);
        Assert.Contains("num_oov_indices", Assert.ThrowsAny<TfLbfgsException>(() => function.Call(unknown)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SetVocabulary_WhatCannotBe_ThrowsAndKeepsTheEarlierOne()
    {
        using TensorScope scope = new();
        using StringLookup layer = new(["a", "b"], maskToken: "", maxTokens: 5);
        AssertRefused(() => layer.SetVocabulary([]), "at least one token");
        AssertRefused(() => layer.SetVocabulary(["a", "a"]), "each token once");
        AssertRefused(() => layer.SetVocabulary(["a", ""]), "only at the start");
        AssertRefused(() => layer.SetVocabulary(["a", "b", "c", "d"]), "at most 5 tokens");
        AssertRefused(() => layer.SetVocabulary(["a"], [0.5]), "only there");
        AssertRefused(() => layer.Adapt(Tensor.FromStrings(["a"])), "without a given vocabulary");
        Assert.Equal(["", "[UNK]", "a", "b"], layer.GetVocabulary());
        Assert.Equal(["a", "b"], layer.GetVocabulary(includeSpecialTokens: false));
        using StringLookup weighted = new(output: CategoryOutput.TfIdf);
        AssertRefused(() => weighted.SetVocabulary(["a"]), "expected weights");
        AssertRefused(() => weighted.SetVocabulary(["a"], [1, 2]), "one weight");
    }

    [Fact]
    public void SetVocabulary_OfOtherSizeAfterVectorsWereMade_Throws()
    {
        using TensorScope scope = new();
        using StringLookup layer = new(["a", "b"], CategoryOutput.MultiHot);
        layer.Call(Tensor.FromStrings(["a"]));
        AssertRefused(() => layer.SetVocabulary(["a", "b", "c"]), "size of the vectors");
        layer.SetVocabulary(["b", "a"]);
        Assert.Equal([0f, 0, 1], layer.Call(Tensor.FromStrings(["a"])).ToArray<float>());
    }

    [Fact]
    public void Create_OptionsThatContradict_Throw()
    {
        AssertRefused(() => _ = new StringLookup(padToMaxTokens: true), "max_tokens");
        AssertRefused(() => _ = new StringLookup(output: CategoryOutput.Count, invert: true), "Integers with invert");
        AssertRefused(() => _ = new StringLookup(unknownToken: null, invert: true), "unknown numbers");
        AssertRefused(() => _ = new StringLookup(unknownIndices: -1), "num_oov_indices");
        AssertRefused(() => _ = new StringLookup(["a", "b", "a"]), "each token once");
        using StringLookup empty = new(output: CategoryOutput.Count);
        using TensorScope scope = new();
        AssertRefused(() => empty.Call(Tensor.FromStrings(["a"])), "Call Adapt");
        AssertRefused(() => empty.Adapt(Tensor.FromStrings(["[UNK]"])), "none");
    }

    [Fact]
    public void Adapt_Batches_CountsThemTogether()
    {
        using TensorScope scope = new();
        using StringLookup layer = new(maxTokens: 3);
        layer.Adapt([Tensor.FromStrings(["c", "a", "b"]), Tensor.FromStrings(["b", "c", "c"])]);
        Assert.Equal(["[UNK]", "c", "b"], layer.GetVocabulary());
        layer.Adapt(Tensor.FromStrings(["é", "z", "é"]));
        Assert.Equal([1L, 2, 0], layer.Call(Tensor.FromStrings(["é", "z", "c"])).ToArray<long>());
    }

    [Fact]
    public void Read_VocabularyThatTheFileOnlyCounts_IsAskedForWhenCalled()
    {
        using TensorScope scope = new();
        using StringLookup layer = (StringLookup)KerasRegistry.FromConfig<Layer>(
            "StringLookup", System.Text.Json.JsonDocument.Parse("""{"name": "lookup", "vocabulary": null, "vocabulary_size": 7}""")
                .RootElement, KerasGeneration.Keras3);
        AssertRefused(() => layer.Call(Tensor.FromStrings(["a"])), "states 7 tokens");
        layer.SetVocabulary(["a"]);
        Assert.Equal([1L], layer.Call(Tensor.FromStrings(["a"])).ToArray<long>());
    }

    [Fact]
    public void Call_Inverted_IsTheToken()
    {
        using TensorScope scope = new();
        using StringLookup layer = new(["a", "b"], invert: true);
        Assert.Equal(["a", "b", "[UNK]"], layer.Call(Tensor.From<int>([1, 2, 9])).ToStrings());
    }

    private static void AssertRefused(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<TfLbfgsException>(action).Message, StringComparison.Ordinal);
}
