using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Preprocessing;

public sealed class TextVectorizationTests : LeakChecked
{
    private static readonly string[] Texts = ["The fox!", "the lazy dog", "a dog"];

    [Fact]
    public void Adapt_InASequentialModel_LearnsWhatItSaves()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using TextVectorization text = new(outputSequenceLength: 4);
        text.Adapt(Tensor.FromStrings(Texts));
        Assert.Equal(["", "[UNK]", "the", "dog", "lazy", "fox", "a"], text.GetVocabulary());
        using Sequential model = new() { text, new Embedding(text.VocabularySize, 3), new GlobalAveragePooling1D(), new Dense(2) };
        Tensor input = Tensor.FromStrings(Texts, [3, 1]);
        float[] expected = model.Call(input).ToArray<float>();
        model.Save(folder.File("text.h5"));
        using Model again = Model.Load(folder.File("text.h5"));
        Assert.Equal(expected, again.Call(input).ToArray<float>());
        Assert.Equal(DType.String, ((Sequential)again).InputDType);
    }

    [Fact]
    public void Call_InAFunctionalModelTraced_IsTheEagerOutput()
    {
        using TensorScope scope = new();
        KerasTensor input = KerasTensor.Input([1], DType.String);
        KerasTensor vectors = new TextVectorization(["the", "dog"], CategoryOutput.TfIdf, idfWeights: [0.5, 2]).Apply(input);
        Assert.Equal(Shape.Create([-1, 3]), vectors.Shape);
        using Model model = new(input, new Dense(2).Apply(vectors));
        using Function function = new(inputs => [model.Call(inputs[0])]);
        Tensor texts = Tensor.FromStrings(Texts, [3, 1]);
        Assert.Equal(model.Call(texts).ToArray<float>(), function.Call(texts)[0].ToArray<float>());
    }

    [Fact]
    public void Call_Traced_PadsToTheLongestText()
    {
        using TensorScope scope = new();
        using TextVectorization layer = new(["the", "dog", "the dog"], runs: [1, 2]);
        using Function function = new(inputs => [layer.Call(inputs[0])]);
        Tensor texts = Tensor.FromStrings(["the dog", "dog"]);
        Tensor eager = layer.Call(texts), traced = function.Call(texts)[0];
        Assert.Equal([2L, 3, 4, 3, 0, 0], eager.ToArray<long>());
        Assert.Equal(eager.ToArray<long>(), traced.ToArray<long>());
    }

    [Fact]
    public void Create_OptionsThatContradict_Throw()
    {
        AssertRefused(() => _ = new TextVectorization(output: CategoryOutput.Count, outputSequenceLength: 3), "output_sequence_length");
        AssertRefused(() => _ = new TextVectorization(output: CategoryOutput.OneHot), "OneHot");
        AssertRefused(() => _ = new TextVectorization(runs: [0]), "ngrams");
        AssertRefused(() => _ = new TextVectorization(padToMaxTokens: true), "max_tokens");
        AssertRefused(() => _ = new TextVectorization(["a", ""]), "only at the start");
        using TextVectorization layer = new(["a"]);
        using TensorScope scope = new();
        AssertRefused(() => layer.Call(Tensor.FromStrings(["a", "b"], [1, 2])), "[batch, 1]");
        AssertRefused(() => layer.Call(Tensor.From<float>([1f])), "string");
        AssertRefused(() => layer.Adapt(Tensor.FromStrings(["a"])), "given vocabulary");
    }

    [Fact]
    public void Split_Characters_OfUnicode()
    {
        using TensorScope scope = new();
        using TextVectorization layer = new(["é", "x", "😀"], split: TextSplit.Character, standardization: TextStandardization.None);
        Assert.Equal([4L, 2, 3, 1], layer.Call(Tensor.FromStrings(["😀éxy"])).ToArray<long>());
    }

    private static void AssertRefused(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<TfLbfgsException>(action).Message, StringComparison.Ordinal);
}
