using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class SequentialTests : LeakChecked
{
    [Fact]
    public void Call_FirstData_BuildsTheModel()
    {
        using var model = new Sequential(DType.Float64) { new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(1) };
        Assert.False(model.IsBuilt);
        using Tensor x = Tensor.Zeros([121, 2], DType.Float64);
        using Tensor y = model.Call(x);
        Assert.Equal([121, 1], y.Shape);
        Assert.Equal(["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias"],
            model.TrainableVariables.Select(v => v.Name));
        Assert.Equal(4417, model.Variables.Sum(v => v.Shape.ElementCount));

        // Another batch is as good.
        using Tensor other = Tensor.Zeros([3, 2], DType.Float64);
        using Tensor predicted = model.Predict(other);
        Assert.Equal([3, 1], predicted.Shape);
    }

    [Fact]
    public void Variables_InputUnknown_SaysWhatToDo()
    {
        using Sequential model = new() { new Dense(1) };
        Assert.Contains("Build(shape)", Assert.Throws<TfLbfgsException>(() => model.Variables).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ModelsOfOneProgram_StartFromTheSameWeights()
    {
        using Sequential first = new(DType.Float64) { new Dense(5, "tanh"), new Dense(2) };
        using Sequential second = new(DType.Float64) { new Dense(5, "tanh"), new Dense(2) };
        first.Build([-1, 3]);
        second.Build([-1, 3]);
        Assert.Equal(first.GetWeights(), second.GetWeights());
        Assert.NotEqual(first.GetWeights()[0][..4], first.GetWeights()[2][..4]);
    }

    [Fact]
    public void Call_DataOfAnotherDTypeOrShape_SaysWhatWasExpected()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([3]), new Dense(1) };
        using Tensor single = Tensor.Zeros([2, 3], DType.Float32);
        using Tensor wide = Tensor.Zeros([2, 4], DType.Float64);
        Assert.Contains("expected an input of float64, received float32", Assert.Throws<TfLbfgsException>(() => model.Call(single)).Message,
            StringComparison.Ordinal);
        Assert.Contains("(None, 3), received (2, 4)", Assert.Throws<TfLbfgsException>(() => model.Call(wide)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Add_NameTwice_IsRefused() =>
        Assert.Contains("'a' twice",
            Assert.Throws<TfLbfgsException>(() => new Sequential { new Dense(1, name: "a"), new Dense(1, name: "a") }).Message,
            StringComparison.Ordinal);

    [Fact]
    public void SetWeights_OneLengthWrong_ChangesNothing()
    {
        using Sequential model = new(DType.Float32) { new InputLayer([2]), new Dense(2) };
        model.SetWeights([[1, 2, 3, 4], [5, 6]]);
        Assert.Throws<TfLbfgsException>(() => model.SetWeights([[0, 0, 0, 0], [0]]));
        Assert.Equal([[1, 2, 3, 4], [5, 6]], model.GetWeights());
        using Tensor x = Tensor.From(new float[,] { { 1, 1 } });
        using Tensor y = model.Predict(x);
        Assert.Equal([9f, 12f], y.ToArray<float>());
    }

    [Fact]
    public void Trainable_FrozenLayer_IsLeftOutInKerassOrder()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(2), new Dense(1) };
        model.Layers[0].Trainable = false;
        Assert.Equal(["dense_1/kernel", "dense_1/bias"], model.TrainableVariables.Select(v => v.Name));
        Assert.Equal(["dense/kernel", "dense/bias"], model.NonTrainableVariables.Select(v => v.Name));
        Assert.Equal(4, model.Variables.Count);
        model.Trainable = true;
        Assert.Equal(4, model.TrainableVariables.Count);
    }

    [Fact]
    public void Forward_SubstitutedVariables_ChangeOutputAndPenaltyWithGradients()
    {
        using TensorScope scope = new();
        using Sequential model =
            new(DType.Float64) { new InputLayer([2]), new Dense(1, useBias: false) { KernelRegularizer = new L2(0.5) } };
        model.SetWeights([[1, 2]]);
        Tensor kernel = Tensor.From(new double[,] { { 3 }, { 4 } });
        using GradientTape tape = new();
        tape.Watch(kernel);
        using (new VariableSubstitution(model.TrainableVariables, [kernel]))
        {
            using ModelOutput output = model.Forward(Tensor.From(new double[,] { { 1, 1 } }));
            Assert.Equal(7, output.Value.ToDouble());
            Assert.Equal(12.5, output.RegularizationLoss!.ToDouble());
            Assert.Equal(12.5, model.RegularizationLoss()!.ToDouble());
            Assert.Equal([3, 4], tape.Gradient(output.RegularizationLoss, kernel).ToDoubles());
        }

        Assert.Equal([[1, 2]], model.GetWeights());
    }

    [Fact]
    public void RegularizationLoss_ActivityRegularizer_PointsToForward()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1) { ActivityRegularizer = new L1(0.1) } };
        Assert.Contains("Use Forward", Assert.Throws<TfLbfgsException>(() => model.RegularizationLoss()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_OfAModel_IsATable()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(64, "tanh"), new Dropout(0.1), new Dense(1) };
        Assert.Equal(
            """
            Model: "sequential"
            _________________________________________________________________
             Layer (type)                Output Shape              Param #
            =================================================================
             dense (Dense)               (None, 64)                192

             dropout (Dropout)           (None, 64)                0

             dense_1 (Dense)             (None, 1)                 65

            =================================================================
            Total params: 257 (2.01 KB)
            Trainable params: 257 (2.01 KB)
            Non-trainable params: 0 (0.00 Byte)
            _________________________________________________________________
            """.ReplaceLineEndings(), model.Summary());
    }

    [Fact]
    public void Dropout_InTraining_DropsAndScales()
    {
        using TensorScope scope = new();
        using Dropout layer = new(0.25, seed: 5, dtype: DType.Float64);
        Tensor x = Tensor.Ones([100, 100], DType.Float64);
        Assert.Equal(x.ToDoubles(), layer.Call(x).ToDoubles());
        double[] first = layer.Call(x, training: true).ToDoubles(), second = layer.Call(x, training: true).ToDoubles();
        Assert.All(first, v => Assert.True(v == 0 || Math.Abs(v - (4.0 / 3)) < 1e-12));
        Assert.InRange(first.Count(v => v == 0), 2300, 2700);
        Assert.NotEqual(first, second);
        using Dropout same = new(0.25, seed: 5, dtype: DType.Float64);
        Assert.Equal(first, same.Call(x, training: true).ToDoubles());
    }

    [Fact]
    public void Call_MoreDimensions_AppliesToTheLast()
    {
        using TensorScope scope = new();
        using Sequential model = new(DType.Float64) { new InputLayer([2, 3]), new Dense(2, useBias: false) };
        model.SetWeights([[1, 0, 0, 1, 0, 0]]);
        Tensor y = model.Call(Tensor.From(new double[,,] { { { 1, 2, 3 }, { 4, 5, 6 } } }));
        Assert.Equal([1, 2, 2], y.Shape);
        Assert.Equal([1, 2, 4, 5], y.ToDoubles());
    }
}
