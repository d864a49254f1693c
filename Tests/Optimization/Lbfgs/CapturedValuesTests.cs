using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>What a loss captures is fixed at the first run of a minimizer; variables and data are not.</summary>
public sealed class CapturedValuesTests : LeakChecked
{
    [Fact]
    public void Minimize_CapturedNumberAndTensor_AreThoseOfTheFirstRun()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.From([5.0, -5.0]);
        double number = 1;
        Tensor tensor = Tensor.From([2.0, 3.0]);
        using LbfgsMinimizer minimizer = new(new FunctionObjective(p => Tf.ReduceSum(Tf.Square(p - tensor * number)), start));
        using LbfgsResult first = minimizer.Minimize();
        (number, tensor) = (10, Tensor.From([7.0, 7.0]));
        using LbfgsResult second = minimizer.Minimize();
        Assert.Equal(first.Position.ToArray<double>(), second.Position.ToArray<double>());
        Assert.Equal([2.0, 3.0], second.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Minimize_CapturedVariable_IsReadAtEachRun()
    {
        using TensorScope scope = new();
        using Variable target = new(Tensor.From([2.0, 3.0]), "target");
        using LbfgsMinimizer minimizer = new(
            new FunctionObjective(p => Tf.ReduceSum(Tf.Square(p - target.Value)), Tensor.From([5.0, -5.0])));
        using LbfgsResult first = minimizer.Minimize();
        target.Assign(Tensor.From([7.0, 8.0]));
        using LbfgsResult second = minimizer.Minimize();
        Assert.Equal([7.0, 8.0], second.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
