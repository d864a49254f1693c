using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Operations;

public class SetSeedTests : LeakChecked
{
    [Fact]
    public void SetSeed_ASecondTime_StartsTheSequencesAnew()
    {
        using TensorScope scope = new();
        try
        {
            Tf.Random.SetSeed(11);
            double[] first = [.. Draw(), .. Draw()];
            Tf.Random.SetSeed(11);
            Assert.Equal(first, (double[])[.. Draw(), .. Draw()]);
            Tf.Random.SetSeed(12);
            Assert.NotEqual(first[0], Draw()[0]);
        }
        finally
        {
            Tf.Random.SetSeed(null);
        }

        static double[] Draw() => [.. Tf.Random.Uniform([2]).ToDoubles(), .. Tf.Random.Normal([2], seed: 5).ToDoubles()];
    }

    [Fact]
    public void SetSeed_ASecondTime_StartsTheSequencesOfAFunctionAnew()
    {
        using TensorScope scope = new();
        using Function function = new(_ => [Tf.Random.Uniform([2], seed: 3)]);
        double[] first = [.. function.Call([])[0].ToDoubles(), .. function.Call([])[0].ToDoubles()];
        Assert.NotEqual(first[0], first[2]);
        Tf.Random.SetSeed(null);
        Assert.Equal(first, (double[])[.. function.Call([])[0].ToDoubles(), .. function.Call([])[0].ToDoubles()]);
    }

    [Fact]
    public void StatefulRandomBinomial_WithShapeOfInt64_IsRefused()
    {
        using TensorScope scope = new();
        using TfLbfgs.Variables.Variable state = new(Tensor.From([1L, 2, 3]), trainable: false);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => RawOps.StatefulRandomBinomial(
            state.Handle, Tensor.Scalar(1L), Tensor.From([2L]), Tensor.Scalar(5f), Tensor.Scalar(0.5f), DType.Int32));
        Assert.Contains("expected a shape of int32", e.Message, StringComparison.Ordinal);
        Assert.Equal(2,
            RawOps.StatefulRandomBinomial(state.Handle, Tensor.Scalar(1L), Tensor.From([2]), Tensor.Scalar(5f), Tensor.Scalar(0.5f),
            DType.Int32).Shape[0]);
    }
}
