using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Stopping;

/// <summary>Code of the user that throws in the middle: a sentence that names it, the model keeps the best point, nothing leaks.</summary>
public sealed class CallbackFailureTests : LeakChecked
{
    public static TheoryData<string, int> Places()
    {
        TheoryData<string, int> places = [];
        foreach (string option in (string[])["Progress", "Observers", "Trials", "Callback", "Validation"])
        {
            foreach (int at in (int[])[0, 1, 6])
                places.Add(option, at);
        }

        return places;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Minimize_CallbackThrows_NamesItAndTheModelHasTheBestPoint(string option, int at)
    {
        CountingObjective objective = new();
        Witness witness = new();
        double best = double.NaN;
        int measured = 0;
        LbfgsOptions options = new()
        {
            Execution = Execution.Eager,
            Observers = [witness, new IterationThrower(option == "Observers" ? at : -1)],
            Progress = new Recorder<LbfgsProgress>(p =>
            {
                best = double.IsNaN(best) ? p.Loss : Math.Min(best, p.Loss);
                Throw(option == "Progress" && p.Iteration == at);
            }),
            Trials = option == "Trials" ? new Recorder<LbfgsTrial>(t => Throw(t.Iteration == at)) : null,
            Callback = option == "Callback" ? p =>
                p.Iteration == at ? throw new InvalidTimeZoneException("no such zone") : LbfgsAction.Continue : null,
            Validation = option == "Validation" ? new Validation(_ => { Throw(measured == at); return -measured++; }) : null,
        };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(objective, options));
        Assert.StartsWith($"LbfgsOptions.{option}", e.Message, StringComparison.Ordinal);
        Assert.Contains($"received InvalidTimeZoneException at iteration {at}: no such zone.", e.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidTimeZoneException>(e.InnerException);
        Assert.Equal((1, 1, true), (witness.Starts, witness.Ends, witness.EndedWithoutResult));
        if (double.IsNaN(best))
        {
            Assert.Equal([-1.2, 1.0], objective.Adopted);
            return;
        }

        using Tensor adopted = Tensor.From(objective.Adopted);
        using Tensor loss = TestObjectives.Rosenbrock(adopted);
        // The iteration whose validation throws was accepted, but no observer received it.
        Assert.True(loss.ToScalar<double>() <= best, $"{loss.ToScalar<double>()} is worse than {best}");
    }

    [Fact]
    public void Minimize_ObjectiveThrowsLater_TheModelHasTheBestPoint()
    {
        List<double> accepted = [];
        CountingObjective objective = new((call, loss, gradient) => call == 12 ? throw new InvalidTimeZoneException() : (loss, gradient));
        Assert.ThrowsAny<Exception>(() =>
            Lbfgs.Minimize(objective,
            new LbfgsOptions { Execution = Execution.Eager, Progress = new Recorder<LbfgsProgress>(p => accepted.Add(p.Loss)) }));
        using Tensor adopted = Tensor.From(objective.Adopted);
        using Tensor loss = TestObjectives.Rosenbrock(adopted);
        Assert.Equal(accepted.Min(), loss.ToScalar<double>());
    }

    [Fact]
    public void Minimize_CallbackThrowsCancellation_IsHandedOnAsItIs()
    {
        CountingObjective objective = new();
        LbfgsOptions options = new()
        {
            Execution = Execution.Eager,
            Callback = p => p.Iteration == 3
            ? throw new OperationCanceledException() : LbfgsAction.Continue
        };
        Assert.Throws<OperationCanceledException>(() => Lbfgs.Minimize(objective, options));
        Assert.NotEqual([-1.2, 1.0], objective.Adopted);
    }

    [Fact]
    public void OnEnd_Throws_OthersAreNotifiedAndNothingLeaks()
    {
        Witness first = new() { ThrowsAtTheEnd = true }, second = new();
        CountingObjective objective = new();
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager, MaxIterations = 3, Observers = [first, second] }));
        Assert.Contains("LbfgsOptions.Observers, Witness", e.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1, false), (second.Starts, second.Ends, second.EndedWithoutResult));
        Assert.Equal(2, objective.Adopted.Length);
    }

    [Fact]
    public void OnStart_Throws_NothingWasEvaluated()
    {
        Witness first = new(), second = new() { ThrowsAtTheStart = true }, third = new();
        CountingObjective objective = new();
        Assert.Throws<TfLbfgsException>(() =>
            Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager, Observers = [first, second, third] }));
        Assert.Equal(0, objective.Calls);
        Assert.Empty(objective.Adopted);
        Assert.Equal((1, 1, 0), (first.Ends, second.Ends, third.Ends));
    }

    private static void Throw(bool now)
    {
        if (now)
            throw new InvalidTimeZoneException("no such zone.");
    }

    private sealed class IterationThrower(int at) : LbfgsObserver
    {
        public override void OnIteration(LbfgsProgress progress, Tensor position) => Throw(progress.Iteration == at);
    }

    private sealed class Witness : LbfgsObserver
    {
        public int Starts { get; private set; }

        public int Ends { get; private set; }

        public bool EndedWithoutResult { get; private set; }

        public bool ThrowsAtTheStart { get; init; }

        public bool ThrowsAtTheEnd { get; init; }

        public override void OnStart(long parameters)
        {
            Starts++;
            Throw(ThrowsAtTheStart);
        }

        public override void OnEnd(LbfgsResult? result)
        {
            Ends++;
            EndedWithoutResult = result is null;
            Throw(ThrowsAtTheEnd);
        }
    }
}
