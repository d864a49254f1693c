using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class EventTests : LeakChecked
{
    [Fact]
    public void Tfp1069_IterationsAndTrials_AreTwoEventsAndCounted()
    {
        CountingObjective objective = new();
        List<LbfgsProgress> iterations = [];
        List<LbfgsTrial> trials = [];
        Observer observer = new();
        LbfgsOptions options = new()
        {
            Execution = Execution.Eager,
            Progress = new Recorder<LbfgsProgress>(iterations.Add),
            Trials = new Recorder<LbfgsTrial>(trials.Add),
            Observers = [observer],
        };
        using LbfgsResult result = Lbfgs.Minimize(objective, options);
        // Pytorch135026: the counter is the number of calls that the function saw.
        Assert.Equal(objective.Calls, result.Evaluations);
        Assert.Equal(objective.Calls, trials.Count);
        Assert.Equal(result.Iterations + 1, iterations.Count);
        Assert.True(trials.Count > iterations.Count, "every trial was accepted");
        Assert.Equal(objective.Losses, trials.Select(t => t.Loss));
        Assert.Equal(Enumerable.Range(1, trials.Count), trials.Select(t => t.Evaluation));
        Assert.Equal(result.History, iterations);
        Assert.Equal(Enumerable.Range(0, iterations.Count), iterations.Select(p => p.Iteration));
        // Each accepted iteration is one of the trials that were told before it, of that iteration.
        Assert.All(iterations,
            p => Assert.Contains(trials, t => t.Iteration == p.Iteration && t.Evaluation <= p.Evaluations && t.Loss == p.Loss
            && t.GradientNorm == p.GradientNorm));
        Assert.All(trials.Skip(1), t => Assert.True(t.Step > 0));
        Assert.Equal(trials, observer.Trials);
        Assert.Equal(iterations, observer.Iterations);
        Assert.Equal((2L, result), (observer.Parameters, observer.Result));
        Assert.Equal(result.Position.ToArray<double>(), observer.LastPosition);
    }

    [Fact]
    public void History_OfARun_HasLossNormsStepEvaluationsAndTime()
    {
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start);
        LbfgsProgress last = result.History[^1];
        double[] gradient = result.Gradient.ToArray<double>();
        Assert.Equal(gradient.Max(Math.Abs), last.GradientNorm, 1e-15);
        Assert.Equal(Math.Sqrt(gradient.Sum(g => g * g)), last.GradientLength, 1e-15);
        Assert.All(result.History, p => Assert.InRange(p.GradientLength, p.GradientNorm, 1.5 * p.GradientNorm));
        Assert.All(result.History.Skip(1), p => Assert.True(p.Step > 0));
        Assert.Equal(0, result.History[0].Step);
        Assert.Equal(result.History.Select(p => p.Seconds).Order(), result.History.Select(p => p.Seconds));
        Assert.Equal(result.History.Select(p => p.Evaluations).Distinct(), result.History.Select(p => p.Evaluations));
        Assert.All(result.History, p => Assert.Null(p.ValidationLoss));
    }

    [Fact]
    public void Trial_WithoutObservers_AllocatesNothing()
    {
        Listeners listeners = new(new LbfgsOptions { Progress = new Recorder<LbfgsProgress>(_ => { }) });
        Trial trial = new(null!, null!, default);
        listeners.Trial(1, 0, trial);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            listeners.Trial(1, 0, trial);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Observers_NamedTwice_AreNotifiedOnce()
    {
        Observer observer = new();
        ConsoleProgress console = new(TextWriter.Null);
        using Tensor start = TestObjectives.Start();
        using LbfgsResult result =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start,
            new LbfgsOptions { MaxIterations = 3, Progress = console, Observers = [observer, console, observer] });
        Assert.Equal(4, observer.Iterations.Count);
    }

    private sealed class Observer : LbfgsObserver
    {
        public List<LbfgsProgress> Iterations { get; } = [];

        public List<LbfgsTrial> Trials { get; } = [];

        public long Parameters { get; private set; }

        public LbfgsResult? Result { get; private set; }

        public double[] LastPosition { get; private set; } = [];

        public override bool ReceivesTrials => true;

        public override void OnStart(long parameters) => Parameters = parameters;

        public override void OnTrial(LbfgsTrial trial) => Trials.Add(trial);

        public override void OnIteration(LbfgsProgress progress, Tensor position)
        {
            Iterations.Add(progress);
            LastPosition = position.ToArray<double>();
        }

        public override void OnEnd(LbfgsResult? result) => Result = result;
    }
}
