using TfLbfgs.Functions;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Recurrent;

public sealed class StackedRNNCellsTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x = Tf.Reshape(Tf.Sin(Tf.Range(24, DType.Float32)), [2, 4, 3]);

    /// <summary>The masks of a cell reach that cell, also where the others have none.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0.5)]
    [InlineData(0, 0, 0.5, 0)]
    [InlineData(0.5, 0, 0, 0)]
    [InlineData(0, 0.5, 0.5, 0)]
    public void Call_DropoutInSomeCells_ChangesTheOutputInTraining(double dropout0, double recurrent0, double dropout1, double recurrent1)
    {
        using RNN layer = new([
            new LSTMCell(3, dropout: dropout0, recurrentDropout: recurrent0, seed: 1),
                new GRUCell(4, dropout: dropout1, recurrentDropout: recurrent1, seed: 2)]);
        double[] inference = layer.Call(_x).ToDoubles();
        Assert.Equal(inference, layer.Call(_x).ToDoubles());
        Assert.NotEqual(inference, layer.Call(_x, training: true).ToDoubles());
    }

    [Fact]
    public void Call_DropoutTraced_IsTheEagerOne()
    {
        using RNN eager = Make(), traced = Make();
        eager.Call(_x);
        traced.Call(_x);
        foreach ((var left, var right) in eager.Variables.Zip(traced.Variables))
            right.Assign(left.Value);
        using Function function = new((Tensor x) => traced.Call(x, training: true));
        double[] expected = eager.Call(_x, training: true).ToDoubles(), received = function.Call(_x)[0].ToDoubles();
        Assert.All(expected.Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        static RNN Make() =>
            new([new SimpleRNNCell(3, dropout: 0.4, seed: 1), new LSTMCell(2, dropout: 0.3, recurrentDropout: 0.3, seed: 2)], "stack");
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
