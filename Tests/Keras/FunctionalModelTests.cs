using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class FunctionalModelTests : LeakChecked
{
    [Fact]
    public void Call_SharedLayerSeveralInputsAndOutputs_FollowsTheGraph()
    {
        using TensorScope scope = new();
        using Model model = Siamese();
        double[][] weights = [[1, 2, 3, 4], [10, 20], [1, 1], [0]];
        model.SetWeights(weights);
        Tensor[] outputs = model.Call([Tensor.From(new double[,] { { 1, 0 } }), Tensor.From(new double[,] { { 0, 1 } })]);
        Assert.Equal([11, 22], outputs[0].ToDoubles());
        Assert.Equal([13 + 24], outputs[1].ToDoubles());
        Assert.Equal(["left", "right", "shared", "sum"], model.Layers.Select(l => l.Name));
    }

    [Fact]
    public void SaveAndLoad_SharedAndNestedLayers_KeepTheGraph()
    {
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        KerasTensor input = KerasTensor.Input([3], DType.Float64, "x");
        Sequential head = new(DType.Float64, "head") { new Dense(2, "tanh", name: "h1"), new Dense(2, name: "h2") };
        KerasTensor inner = KerasTensor.Input([2], DType.Float64, "inner_x");
        Model nested = new(inner, new Dense(2, "relu", name: "n1").Apply(inner), "nested");
        KerasTensor a = head.Apply(input);
        KerasTensor b = nested.Apply(nested.Apply(a));
        using Model model = new([input], [b, new Activation("softmax", name: "p").Apply(a)], "outer");
        IReadOnlyList<string> warnings = model.Save(folder.File("nested.h5")).Warnings;
        Assert.Contains(warnings, w => w.Contains("'nested'", StringComparison.Ordinal));
        using Model again = Model.Load(folder.File("nested.h5"));
        Tensor x = Tensor.From(new double[,] { { 0.1, 0.2, -0.3 } });
        Tensor[] expected = model.Call([x]), actual = again.Call([x]);
        Assert.Equal(expected.Select(t => t.ToDoubles()), actual.Select(t => t.ToDoubles()));
        Assert.Equal(model.Layers.Select(l => l.ToString()), again.Layers.Select(l => l.ToString()));
        again.Save(folder.File("again.h5"));
        Assert.Equal(File.ReadAllBytes(folder.File("nested.h5")), File.ReadAllBytes(folder.File("again.h5")));
    }

    [Fact]
    public void Model_TwoInputsWithoutNames_GetDifferentOnes()
    {
        KerasTensor left = KerasTensor.Input([2], DType.Float64);
        KerasTensor right = KerasTensor.Input([2], DType.Float64);
        using Dense shared = new(1);
        using Model model = new([left, right], [shared.Apply(left), shared.Apply(right)]);
        Assert.Equal(model.Layers.Count, model.Layers.Select(layer => layer.Name).Distinct().Count());
    }

    [Fact]
    public void Model_InputLeftOut_NamesIt()
    {
        KerasTensor input = KerasTensor.Input([2], DType.Float64, "left_out");
        KerasTensor other = KerasTensor.Input([2], DType.Float64, "other");
        using Dense layer = new(1, name: "d");
        KerasTensor output = layer.Apply(input);
        Assert.Contains("'left_out'", Assert.Throws<TfLbfgsException>(() => new Model(other, output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_NodeWithTraining_KeepsToIt()
    {
        using TensorScope scope = new();
        KerasTensor input = KerasTensor.Input([50], DType.Float64, "x");
        Dropout dropout = new(0.5, name: "drop");
        using Model model = new(input, dropout.Apply([input], training: false)[0]);
        Tensor x = Tensor.Ones([2, 50], DType.Float64);
        Assert.Equal(x.ToDoubles(), model.Call(x, training: true).ToDoubles());
        using ScratchFolder folder = new();
        model.Save(folder.File("m.h5"));
        using Model again = Model.Load(folder.File("m.h5"));
        Assert.Equal(x.ToDoubles(), again.Call(x, training: true).ToDoubles());
    }

    private static Model Siamese()
    {
        KerasTensor left = KerasTensor.Input([2], DType.Float64, "left"), right = KerasTensor.Input([2], DType.Float64, "right");
        Dense shared = new(2, name: "shared");
        KerasTensor a = shared.Apply(left), b = shared.Apply(right);
        return new Model([left, right], [a, new Dense(1, name: "sum").Apply(b)]);
    }
}
