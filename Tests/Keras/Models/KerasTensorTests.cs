using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Models;

/// <summary>Functional models written with operators and functions of tensors.</summary>
public sealed class KerasTensorTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    [Fact]
    public void Operators_OfSymbolicTensors_BecomeLayersOfTheModel()
    {
        KerasTensor a = KerasTensor.Input([4, 3], DType.Float64);
        KerasTensor b = new Dense(3, "tanh").Apply(a);
        Tensor mean = Tf.ReduceMean(a * b, [1]);
        Assert.Equal([-1, 3], mean.Shape);
        KerasTensor y = new Dense(1).Apply((2 * mean) - 1);
        using Model model = new(a, y);
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, 24).Select(i => Math.Sin(i))], [2, 4, 3]);
        Tensor inner = Tf.ReduceMean(x * ((Dense)b.Node.Layer).Call(x), [1]);
        Tensor expected = ((Dense)y.Node.Layer).Call((2 * inner) - 1);
        Assert.Equal(expected.ToDoubles(), model.Predict(x).ToDoubles());
        Assert.Equal(4, model.TrainableVariables.Count);
        Assert.Contains("mul", model.Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public void Call_OfALayerWithASymbolicTensor_IsApply()
    {
        KerasTensor a = KerasTensor.Input([2], DType.Float64);
        Tensor b = new Dense(2).Call(a);
        using Model model = new(a, b + a[.., ..1]);
        Tensor x = Tensor.From(new double[,] { { 1, 2 } });
        Assert.Equal([1, 2], model.Predict(x).Shape);
    }

    [Fact]
    public void Output_ThatIsAnOperation_MakesAModelThatComputesIt()
    {
        KerasTensor a = KerasTensor.Input([2], DType.Float64), b = KerasTensor.Input([2], DType.Float64);
        using Model model = new([a, b], [a + b, Tf.Concat([a, b], axis: -1)]);
        Tensor[] outputs = model.Predict([Tensor.From(new double[,] { { 1, 2 } }), Tensor.From(new double[,] { { 3, 4 } })]);
        Assert.Equal([4, 6], outputs[0].ToDoubles());
        Assert.Equal([1, 2, 3, 4], outputs[1].ToDoubles());
    }

    [Fact]
    public void Save_ModelWithOperations_IsLoadedWithTheSameFunction()
    {
        using ScratchFolder folder = new();
        KerasTensor a = KerasTensor.Input([4, 3], DType.Float64), b = KerasTensor.Input([3], DType.Float64);
        Tensor mean = Tf.ReduceMean(a * a, [1]);
        Tensor sum = 1 - (Tf.Concat([mean + b, Tf.Tanh(mean)], axis: -1) / 2);
        using Model model = new([a, b], [new Dense(2).Apply(sum)]);
        SaveReport report = model.Save(folder.File("m.h5"));
        Assert.Contains(
            report.Warnings, warning => warning.Contains("operations on tensors are written as Keras 3 does", StringComparison.Ordinal));
        using Model loaded = Model.Load(folder.File("m.h5"));
        Tensor[] x =
            [Tensor.From<double>([.. Enumerable.Range(0, 24).Select(i => Math.Sin(i))], [2, 4, 3]),
            Tensor.From<double>([.. Enumerable.Range(0, 6).Select(i => Math.Cos(i))], [2, 3])];
        Assert.Equal(model.Predict(x)[0].ToDoubles(), loaded.Predict(x)[0].ToDoubles());
        loaded.Save(folder.File("again.h5"));
        using Model again = Model.Load(folder.File("again.h5"));
        Assert.Equal(model.Predict(x)[0].ToDoubles(), again.Predict(x)[0].ToDoubles());
    }

    [Fact]
    public void Save_OperationWithoutAForm_IsRefusedAndNothingIsWritten()
    {
        using ScratchFolder folder = new();
        KerasTensor a = KerasTensor.Input([2], DType.Float64);
        using Model model = new(a, RawOps.Lgamma(a));
        Assert.Contains("the operation Lgamma has no form in Keras files",
            Assert.Throws<TfLbfgsException>(() => model.Save(folder.File("m.h5"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Read_OperationsOfKeras3_AreComputed()
    {
        const string Json = """
            {"class_name": "Functional", "config": {"name": "m", "layers": [
              {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 2], "dtype": "float64", "name": "a"}, "name": "a", "inbound_nodes": []},
              {"module": "keras.src.ops.numpy", "class_name": "Multiply", "config": {"name": "multiply"}, "name": "multiply", "inbound_nodes": [{"args": [
                {"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float64", "keras_history": ["a", 0, 0]}}, 3.0], "kwargs": {}}]},
              {"module": "keras.src.ops.numpy", "class_name": "Concatenate", "config": {"name": "concatenate", "axis": -1}, "name": "concatenate", "inbound_nodes": [{"args": [[
                {"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float64", "keras_history": ["a", 0, 0]}},
                {"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float64", "keras_history": ["multiply", 0, 0]}}]], "kwargs": {}}]}],
              "input_layers": [["a", 0, 0]], "output_layers": [["concatenate", 0, 0]]}}
            """;
        using Model model = ModelConfigReader.Read(Json, "3.15.1", null, []);
        Assert.Equal([1, 2, 3, 6], model.Predict(Tensor.From(new double[,] { { 1, 2 } })).ToDoubles());
    }

    [Fact]
    public void Value_OfASymbolicTensor_IsRefused() =>
        Assert.Contains("has no value", Assert.Throws<TfLbfgsException>(() => KerasTensor.Input([2]).ToDoubles()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Call_OfTheModelWithinAnother_TakesOperationsToo()
    {
        KerasTensor a = KerasTensor.Input([2], DType.Float64), o = KerasTensor.Input([2], DType.Float64);
        Model inner = new(a, Tf.Tanh(a) * 2, "inner");
        using Model outer = new(o, new Dense(1).Apply(inner.Apply(o * o)), "outer");
        Assert.Equal([3, 1], outer.Predict(Tensor.Ones([3, 2], DType.Float64)).Shape);
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
