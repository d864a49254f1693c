using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Recurrent;

/// <summary>What the recorded entries of convolutional LSTMs lack: errors, states, dropout, and files.</summary>
public sealed class ConvLSTMTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x = Tf.Reshape(Tf.Sin(Tf.Range(96, DType.Float32)), [2, 3, 4, 4, 1]);

    [Fact]
    public void Call_AsStatefulLayer_GoesOnFromTheStates()
    {
        using ConvLSTM2D layer = new(2, 3, padding: "same") { Stateful = true };
        double[] first = layer.Call(_x).ToDoubles(), second = layer.Call(_x).ToDoubles();
        Assert.NotEqual(first, second);
        Assert.Equal(2, layer.States.Count);
        layer.ResetStates();
        Assert.Equal(first, layer.Call(_x).ToDoubles());
    }

    [Fact]
    public void Call_Dropout_IsTheSameInAllStepsOfASequence()
    {
        // Without a state, and with equal steps, the outputs of the steps of a cell that forgets all are equal where the mask is.
        Tensor same = Tf.Ones([1, 3, 5, 2]);
        using ConvLSTM1D layer =
            new(3, 1, dropout: 0.5, recurrentDropout: 1, useBias: false, recurrentActivation: "hard_sigmoid", returnSequences: true,
            seed: 4);
        double[] y = layer.Call(same, training: true).ToDoubles();
        Assert.NotEqual(layer.Call(same).ToDoubles(), y);
        Assert.All(y, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Build_ForgetBias_IsOneAndOthersZero()
    {
        using ConvLSTM1D layer = new(2, 2);
        layer.Build([-1, 3, 5, 1]);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0], layer.Cell.Bias!.Value.ToDoubles());
        Assert.Equal(Shape.Create([2, 1, 8]), layer.Cell.Kernel!.Shape);
        Assert.Equal(Shape.Create([2, 2, 8]), layer.Cell.RecurrentKernel!.Shape);
    }

    [Fact]
    public void Constructor_OfWrongArguments_SaysWhich()
    {
        Assert.Contains("filters", Assert.Throws<TfLbfgsException>(() => new ConvLSTM2D(0, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("padding", Assert.Throws<TfLbfgsException>(() => new ConvLSTM1D(1, 3, padding: "causal")).Message,
            StringComparison.Ordinal);
        Assert.Contains("strides or a dilation rate",
            Assert.Throws<TfLbfgsException>(() => new ConvLSTM3D(1, 3, strides: 2, dilationRate: 2)).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 3 spatial dimensions", Assert.Throws<TfLbfgsException>(() => new ConvLSTMCell(4, 1, 3)).Message,
            StringComparison.Ordinal);
        using ConvLSTM2D layer = new(2, 3);
        Assert.Contains("known sizes of the spatial dimensions",
            Assert.Throws<TfLbfgsException>(() => layer.Build([-1, 3, -1, 4, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ModelOfConvLSTM_OpensAgain()
    {
        using ScratchFolder folder = new();
        using Sequential model = new() { new InputLayer([3, 4, 4, 1]), new ConvLSTM2D(2, 3, padding: "same", returnSequences: true),
            new ConvLSTM2D(1, 2), new Flatten(), new Dense(1) };
        model.Save(folder.File("m.h5"));
        using Model loaded = Model.Load(folder.File("m.h5"));
        Assert.Equal(model.Predict(_x).ToDoubles(), loaded.Predict(_x).ToDoubles());
    }

    [Fact]
    public void Cell_InRnn_ComputesTheLayer()
    {
        using ConvLSTM2D layer = new(2, 2, returnSequences: true);
        using RNN rnn = new(new ConvLSTMCell(2, 2, 2)) { ReturnSequences = true };
        Tensor expected = layer.Call(_x);
        rnn.Call(_x);
        foreach ((var left, var right) in layer.Variables.Zip(rnn.Variables))
            right.Assign(left.Value);
        Assert.Equal(expected.ToDoubles(), rnn.Call(_x).ToDoubles());
        Assert.Contains("has no form in Keras files", Assert.Throws<TfLbfgsException>(() => rnn.GetConfig()).Message,
            StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
