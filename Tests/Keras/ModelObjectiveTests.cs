using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public sealed class ModelObjectiveTests : LeakChecked
{
    [Fact]
    public void Sample_OfTheDesign_Runs()
    {
        (Tensor x, Tensor y) = Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        LbfgsOptions options = new() { MaxIterations = 50 };
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        using var model = new Sequential(DType.Float64) { new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(1) };
        using var objective = new ModelObjective(model, new MeanSquaredError(), x, y);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 50 });
        Assert.Contains("limit of 50 iterations", result.ToString(), StringComparison.Ordinal);

        using Tensor initialPosition = Tensor.From([-1.0, 2.0]);
        using LbfgsResult withGradient =
            Lbfgs.Minimize(p => (RawOps.Sum(p * p, Tensor.From([0])), 2 * p), initialPosition, options, cancellationToken);
        using LbfgsResult withTape = Lbfgs.Minimize(p => RawOps.Sum(p * p, Tensor.From([0])), initialPosition);
        Assert.Equal(StopReason.Converged, withGradient.Reason);
        Assert.Equal(withGradient.Position.ToArray<double>(), withTape.Position.ToArray<double>());
    }

    [Theory]
    [InlineData(FlattenRoute.Dynamic)]
    [InlineData(FlattenRoute.Split)]
    public void Minimize_SeedsModel_ModelHoldsThePositionAndTheLoss(FlattenRoute route)
    {
        (Tensor x, Tensor y) = Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(16, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y, route);
        double before = objective.Measure().Total;
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 60 });
        Assert.Equal(before, result.InitialLoss, 1e-14);
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-14);
        Assert.True(result.Loss < 0.02 * before, result.ToString());
        using Tensor held = objective.InitialPosition();
        Assert.Equal(result.Position.ToArray<double>(), held.ToArray<double>());
    }

    [Fact]
    public void Evaluate_BothRoutes_SameBits()
    {
        (Tensor x, Tensor y) = Paraboloid();
        using TensorScope scope = new();
        using Sequential model = new(DType.Float64) { new Dense(8, "tanh") { KernelRegularizer = new L2(0.01) }, new Dense(1) };
        List<double[]> gradients = [];
        foreach (FlattenRoute route in new[] { FlattenRoute.Dynamic, FlattenRoute.Split })
        {
            using ModelObjective objective = new(model, "mse", x, y, route);
            (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), objective.Data);
            gradients.Add([loss.ToScalar<double>(), .. gradient.ToArray<double>()]);
        }

        Assert.Equal(gradients[0], gradients[1]);
        x.Dispose();
        y.Dispose();
    }

    [Fact]
    public void Minimize_Cancelled_ModelHoldsTheBestPointSoFar()
    {
        (Tensor x, Tensor y) = Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using CancellationTokenSource cancel = new();
        using Sequential model = new(DType.Float64) { new Dense(8, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        CancelAt progress = new(5, cancel);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Progress = progress }, cancel.Token);
        Assert.Equal(StopReason.Cancelled, result.Reason);
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-14);
        Assert.True(result.Loss < result.InitialLoss);
    }

    [Fact]
    public void SetData_SameShape_IsSeenWithoutTracingAgain()
    {
        (Tensor x, Tensor y) = Paraboloid();
        using TensorScope scope = new();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        double before = objective.Measure().Total;
        objective.SetData(x, y * 2);
        Assert.NotEqual(before, objective.Measure().Total);
        Assert.Throws<TfLbfgsException>(() => objective.SetData(x, y[..5]));
    }

    [Fact]
    public void Constructor_DataThatDoNotFit_SaysWhatWasExpected()
    {
        (Tensor x, Tensor y) = Paraboloid();
        using TensorScope scope = new();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(3) };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => new ModelObjective(model, "mse", x, y));
        Assert.Contains("(1, 3)", e.Message, StringComparison.Ordinal);
    }

    internal static (Tensor X, Tensor Y) Paraboloid()
    {
        double[,] x = new double[121, 2];
        double[,] y = new double[121, 1];
        for (int i = 0; i < 121; i++)
        {
            x[i, 0] = -1 + 0.2 * (i % 11);
            x[i, 1] = -1 + 0.2 * (i / 11);
            y[i, 0] = x[i, 0] * x[i, 0] + x[i, 1] * x[i, 1];
        }

        return (Tensor.From(x), Tensor.From(y));
    }

    private sealed class CancelAt(int iteration, CancellationTokenSource cancel) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value)
        {
            if (value.Iteration == iteration)
                cancel.Cancel();
        }
    }
}
