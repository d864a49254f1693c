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

/// <summary>The factory form of the recipe's callable.</summary>
public sealed class FunctionFactoryTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Sequential _model = new(DType.Float64) { new Dense(8, "tanh") { KernelRegularizer = new L2(1e-4) }, new Dense(1) };
    private readonly Tensor _x;
    private readonly Tensor _y;

    public FunctionFactoryTests() => (_x, _y) = ModelObjectiveTests.Paraboloid();

    [Theory]
    [InlineData(FlattenRoute.Split)]
    [InlineData(FlattenRoute.Dynamic)]
    public void Create_AnyRoute_CarriesWhatTheRecipesFunctionCarries(FlattenRoute route)
    {
        using ModelFunction func = FunctionFactory.Create(_model, "mse", _x, _y, new ObjectiveOptions { Route = route });
        Assert.Same(_model, func.Model);
        Assert.Equal("mean_squared_error", func.Loss.Name);
        Assert.Equal(_x.ToArray<double>(), func.Data[0].ToArray<double>());
        Assert.Equal([[2, 8], [8], [8, 1], [1]], func.Shapes);
        Assert.Equal(func.Shapes, func.StitchIndices.Select(index => index.Shape));
        Assert.Equal(Enumerable.Range(0, 33), func.StitchIndices.SelectMany(index => index.ToArray<int>()));
        Assert.Equal([.. Enumerable.Repeat(0, 16), .. Enumerable.Repeat(1, 8), .. Enumerable.Repeat(2, 8), 3],
            func.Partitions.ToArray<int>());
        Assert.Equal(0, func.Evaluations);
        Assert.Empty(func.History);

        Tensor position = Tf.DynamicStitch(func.StitchIndices, [.. _model.TrainableVariables.Select(v => v.Value)]);
        Assert.Equal(func.InitialPosition().ToArray<double>(), position.ToArray<double>());
        func.AssignNewModelParameters(position * 2);
        Assert.Equal([.. position.ToArray<double>().Select(v => 2 * v)], func.InitialPosition().ToArray<double>());
    }

    [Fact]
    public void Invoke_Twice_GivesLossAndGradientAndCounts()
    {
        using ModelFunction func = FunctionFactory.Create(_model, "mse", _x, _y);
        List<(int, double)> heard = [];
        func.Evaluated = (number, value) => heard.Add((number, value));
        Tensor position = func.InitialPosition();
        (Tensor loss, Tensor gradient) = func.Invoke(position);
        (Tensor again, _) = func.Invoke(position * 1.5);
        (Tensor expectedLoss, Tensor expectedGradient) = func.Evaluate(position, func.Data);
        Assert.Equal(expectedLoss.ToDouble(), loss.ToDouble(), 1e-15);
        Assert.Equal(expectedGradient.ToArray<double>(), gradient.ToArray<double>().Select(v => v), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(2, func.Evaluations);
        Assert.Equal([loss.ToDouble(), again.ToDouble()], func.History);
        Assert.Equal([(1, loss.ToDouble()), (2, again.ToDouble())], heard);
        Assert.Equal(func.Measure().Total, loss.ToDouble(), 1e-15);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Eager)]
    public void Minimize_TheFunction_KeepsTheLossOfEveryEvaluation(Execution execution)
    {
        using ModelFunction func = FunctionFactory.Create(_model, "mse", _x, _y);
        using LbfgsResult result =
            Lbfgs.Minimize(func, func.InitialPosition(), new LbfgsOptions { MaxIterations = 15, Execution = execution });
        Assert.Equal(result.Evaluations, func.Evaluations);
        Assert.Equal(result.InitialLoss, func.History[0]);
        Assert.Equal(result.Loss, func.History.Min());
        Assert.Equal(result.Position.ToArray<double>(), func.InitialPosition().ToArray<double>());
    }

    [Fact]
    public void Minimize_ItsInvokeAsAFunction_WritesToNoModelUntilItIsAssigned()
    {
        using ModelFunction func = FunctionFactory.Create(_model, "mse", _x, _y);
        double[] before = func.InitialPosition().ToArray<double>();
        using LbfgsResult results = Lbfgs.Minimize(func.Invoke, func.InitialPosition(), new LbfgsOptions { MaxIterations = 15 });
        Assert.Equal(before, func.InitialPosition().ToArray<double>());
        Assert.Equal(results.Evaluations, func.Evaluations);
        func.AssignNewModelParameters(results.Position);
        Assert.Equal(results.Loss, func.Measure().Total, 1e-14);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Eager)]
    public void Minimize_TheRecipeToTheLetter_GivesTheSameValues(Execution execution)
    {
        LbfgsOptions options = new() { MaxIterations = 12, Execution = execution };
        using ModelFunction ours = FunctionFactory.Create(_model, "mse", _x, _y);
        Tensor start = ours.InitialPosition();
        using LbfgsResult functional = Lbfgs.Minimize(ours, start, options);
        using ModelFunction letter =
            FunctionFactory.Create(_model, "mse", _x, _y, new ObjectiveOptions { Route = FlattenRoute.Dynamic, UpdateByAssignment = true });
        using LbfgsResult assigned = Lbfgs.Minimize(letter, start, options);
        // The bits are the same but for XLA, which fuses the two programs differently.
        Assert.Equal(functional.Loss, assigned.Loss, execution == Execution.CompiledCalls ? 1e-8 * functional.Loss : 0);
        Assert.Equal(functional.Position.ToArray<double>(), assigned.Position.ToArray<double>(),
            (a, b) => Math.Abs(a - b) <= (execution == Execution.CompiledCalls ? 1e-6 : 0));
        Assert.Equal(assigned.Position.ToArray<double>(), letter.InitialPosition().ToArray<double>());
    }

    [Fact]
    public void Create_DataThatDoNotFit_SaysWhatWasExpected()
    {
        Assert.Contains("the same number of rows",
            Assert.Throws<TfLbfgsException>(() => FunctionFactory.Create(_model, "mse", _x, _y[..5])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "received both",
            Assert.Throws<TfLbfgsException>(() =>
                FunctionFactory.Create(_model, "mse", _x, _y,
                new ObjectiveOptions { UpdateByAssignment = true, ComputeDType = DType.Float64 })).Message,
            StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _model.Dispose();
        _x.Dispose();
        _y.Dispose();
        _scope.Dispose();
        base.Dispose(disposing);
    }
}
