using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>The dtype of models, and objectives in another one than theirs.</summary>
public sealed class DTypeTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x;
    private readonly Tensor _y;

    public DTypeTests() => (_x, _y) = ModelObjectiveTests.Paraboloid();

    [Fact]
    public void FloatX_Float64_IsTheDTypeOfWhatStatesNone()
    {
        Assert.Equal(DType.Float32, KerasConfig.FloatX);
        try
        {
            KerasConfig.FloatX = DType.Float64;
            using Dense alone = new(2);
            using Sequential unbuilt = [new Dense(1)];
            using Sequential stated = new(DType.Float32) { new Dense(1) };
            Assert.Equal([DType.Float64, DType.Float64, DType.Float32], [alone.DType, unbuilt.DType, stated.DType]);
            // Data of float32 do not change what was asked for.
            Assert.Contains("expected an input of float64",
                Assert.Throws<TfLbfgsException>(() => unbuilt.Predict(RawOps.Cast(_x, DType.Float32))).Message, StringComparison.Ordinal);
            Assert.Equal(DType.Float64, KerasTensor.Input([2]).DType);
            Assert.Equal(DType.Float32, KerasTensor.Input([2], DType.Float32).DType);
            Assert.Contains("received int32", Assert.Throws<TfLbfgsException>(() => KerasConfig.FloatX = DType.Int32).Message,
                StringComparison.Ordinal);
            Assert.Equal(DType.Float64, KerasConfig.FloatX);
        }
        finally
        {
            KerasConfig.FloatX = DType.Float32;
        }

        using Sequential byData = [new Dense(1)];
        Assert.Equal(DType.Float32, byData.DType);
        byData.Predict(_x);
        Assert.Equal(DType.Float64, byData.DType);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void Minimize_Float32WeightsComputedInFloat64_GoesBelowFloat32AndRoundsOnce(Execution execution)
    {
        using Sequential model = Network(DType.Float32);
        using ModelObjective objective = new(model, "mse", _x, _y, new ObjectiveOptions { ComputeDType = DType.Float64 });
        Assert.Equal(DType.Float64, objective.DType);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 30, Execution = execution });
        Assert.Equal(DType.Float64, result.Position.DType);

        // The same network in float64 throughout takes the same path from the same, rounded, start.
        using Sequential wide = Network(DType.Float64);
        wide.Build([-1, 2]);
        using Sequential start = Network(DType.Float32);
        start.Build([-1, 2]);
        wide.SetWeights(start.GetWeights());
        using ModelObjective reference = new(wide, "mse", _x, _y);
        using LbfgsResult expected = Lbfgs.Minimize(reference, new LbfgsOptions { MaxIterations = 30, Execution = execution });
        Assert.Equal(expected.InitialLoss, result.InitialLoss, 1e-15);
        Assert.Equal(expected.Loss, result.Loss, 1e-6 * expected.Loss);

        Assert.All(model.TrainableVariables, v => Assert.Equal(DType.Float32, v.DType));
        Assert.Equal(result.Position.ToArray<double>().Select(v => (double)(float)v),
            model.TrainableVariables.SelectMany(v => v.Value.ToDoubles()));
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-4 * result.Loss);
    }

    [Fact]
    public void Minimize_Float32ModelUnderAFloat64Driver_EvaluatesInFloat32()
    {
        using Sequential model = Network(DType.Float32);
        Tensor x = RawOps.Cast(_x, DType.Float32);
        using ModelObjective objective = new(model, "mse", x, _y, new ObjectiveOptions { VectorDType = DType.Float64 });
        (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), objective.Data);
        Assert.Equal([DType.Float64, DType.Float64], [loss.DType, gradient.DType]);
        Assert.Equal(objective.Measure().Total, loss.ToDouble(), 1e-7);
        Assert.Equal((double)(float)loss.ToDouble(), loss.ToDouble());
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 30 });
        Assert.Equal(DType.Float64, result.Position.DType);
        Assert.True(result.Loss < 0.05 * result.InitialLoss, result.ToString());
        Assert.All(model.TrainableVariables, v => Assert.Equal(DType.Float32, v.DType));
        // The loss was evaluated at the rounded position, which is what the model holds.
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-6 * result.Loss);
    }

    [Fact]
    public void Evaluate_ModelWithFrozenLayer_ReadsItInTheComputeDTypeToo()
    {
        using Sequential model = new(DType.Float32) { new Dense(4, "tanh") { Trainable = false }, new Dense(1) };
        using ModelObjective objective = new(model, "mse", _x, _y, new ObjectiveOptions { ComputeDType = DType.Float64 });
        Assert.Equal(5, objective.Count);
        (Tensor loss, _) = objective.Evaluate(objective.InitialPosition(), objective.Data);
        Assert.Equal(objective.Measure().Total, loss.ToDouble(), 1e-6);
        Assert.NotEqual((double)(float)loss.ToDouble(), loss.ToDouble());
    }

    [Fact]
    public void Objective_OneFloat32VariableAmongFloat64_IsRefusedOrLifted()
    {
        using Sequential model = Network(DType.Float64);
        using Variable coefficient = new(Tensor.From([0.1f]), "coefficient");
        ObjectiveOptions mixed = new() { ExtraVariables = [coefficient] };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => new ModelObjective(model, "mse", _x, _y, mixed));
        Assert.Contains("float32: coefficient", e.Message, StringComparison.Ordinal);
        Assert.Contains("VectorDType", e.Message, StringComparison.Ordinal);
        using ModelObjective lifted = new(model, "mse", _x, _y, mixed with { VectorDType = DType.Float64 });
        using LbfgsResult result = Lbfgs.Minimize(lifted, new LbfgsOptions { MaxIterations = 3 });
        Assert.Equal(DType.Float64, result.Position.DType);
        Assert.Equal(DType.Float32, coefficient.DType);
        Assert.Contains("in a vector of float64", lifted.Layout.ToString(), StringComparison.Ordinal);
        Assert.Contains("float64: dense/kernel",
            Assert.Throws<TfLbfgsException>(() =>
            new ModelObjective(model, "mse", _x, _y, mixed with { VectorDType = DType.Float32 })).Message, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential Network(DType dtype) =>
        new(dtype) { new Dense(8, "tanh") { KernelRegularizer = new L2(1e-4) }, new Dense(1) };
}
