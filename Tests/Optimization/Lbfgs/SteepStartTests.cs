using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Rosenbrock's valley, near and from steep walls: on those other line searches gave up.</summary>
public sealed class SteepStartTests : LeakChecked
{
    [Theory]
    [InlineData(1, 1e-8)]
    [InlineData(1e3, 1e-8)]
    [InlineData(1e7, 1e-4)]
    [InlineData(1e-3, 1e-8)]
    public void Jaxopt219_ScaledByAFactor_IsSolved(double factor, double tolerance)
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = Lbfgs.Minimize(x => factor * Rosenbrock(x), start, new LbfgsOptions { GradientTolerance = tolerance });
        Assert.True(result.IsSuccess || result.Reason == StopReason.WorkingPrecision, result.ToString());
        Assert.True(result.Loss <= 1e-10 * factor, result.ToString());
    }

    [Theory]
    [InlineData(-30, 30)]
    [InlineData(100, -3)]
    [InlineData(-12, -300)]
    public void Jaxopt219_GradientsUpToTenMillion_IsSolved(double x, double y)
    {
        using Tensor start = Tensor.From([x, y]);
        using LbfgsResult result = Lbfgs.Minimize(Rosenbrock, start);
        Assert.True(result.Loss <= 1e-10, result.ToString());
        Assert.Equal(1, result.Position.ToArray<double>()[0], 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Optimistix56_RosenbrockFromItsUsualStart_TakesFewerThanSixtyIterations(bool tfp)
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        using LbfgsResult result = tfp
            ? Lbfgs.Minimize(Rosenbrock, start, LbfgsOptions.TfpCompatible with { MaxIterations = 1000 })
            : Lbfgs.Minimize(Rosenbrock, start);
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.InRange(result.Iterations, 1, 59);
    }

    private static Tensor Rosenbrock(Tensor x) => Square(1 - x[0]) + 100 * Square(x[1] - Square(x[0]));
}
