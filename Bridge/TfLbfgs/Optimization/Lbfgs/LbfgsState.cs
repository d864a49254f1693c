using TfLbfgs.Tensors;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// A minimization between two iterations: all that the next one needs, on the device of the vectors.
/// <see cref="LbfgsMinimizer.Begin(CancellationToken)"/> makes it, <see cref="LbfgsMinimizer.Step"/> moves it on,
/// <see cref="Save"/> and <see cref="Load"/> keep it in a file. Owns its tensors. Python has no counterpart; tfp's
/// <c>previous_optimizer_results</c> comes near.
/// </summary>
public sealed class LbfgsState : IDisposable
{
    /// <summary>What the rules keep from one search to the next: a field, so that its numbers change in place.</summary>
    internal RunNumbers<HostScalar> Numbers = Rules.Begin(double.NaN);

    internal LbfgsState(RunIdentity identity) => Identity = identity;

    /// <summary>Accepted iterations so far, those before a resumption included.</summary>
    public int Iterations => (int)Numbers.Iterations.Value;

    /// <summary>Evaluations of loss and gradient so far.</summary>
    public int Evaluations => (int)Numbers.Evaluations.Value;

    /// <summary>How often the memory was cleared and the search began anew from the steepest descent.</summary>
    public int Restarts => (int)Numbers.Restarts.Value;

    /// <summary>Line searches so far that found no acceptable step.</summary>
    public int FailedSearches => (int)Numbers.FailedSearches.Value;

    /// <summary>The loss at the start.</summary>
    public double InitialLoss => Numbers.InitialLoss;

    /// <summary>Seconds spent so far, those before a resumption included.</summary>
    public double Seconds { get; internal set; }

    /// <summary>The current point, shape [n]; borrowed from the state.</summary>
    public Tensor Position => Point.Position;

    /// <summary>The gradient there, shape [n]; borrowed from the state.</summary>
    public Tensor Gradient => Point.Gradient;

    /// <summary>The loss there.</summary>
    public double Loss => Point.Value;

    /// <summary>The largest component of the gradient there, max |g_i|.</summary>
    public double GradientNorm => Point.GradientMax;

    /// <summary>Why the run is over; null: it is not.</summary>
    public StopReason? Reason => End?.Reason;

    /// <summary>Why the run is over, in a sentence with numbers; null: it is not.</summary>
    public string? Message => End?.Message;

    /// <summary>The start and every accepted iteration.</summary>
    public IReadOnlyList<LbfgsProgress> History => Course;

    /// <summary>What the run was said to depend on by <see cref="Checkpoint.Labels"/>, by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; internal set; } = new Dictionary<string, string>();

    internal RunIdentity Identity { get; }

    /// <summary>Lets one thread at a time move, save or free the state.</summary>
    internal RunGate Gate { get; } = new("LbfgsState", "Give each thread a state of its own.");

    /// <summary>The rounding of one operation in the dtype of the vectors.</summary>
    internal double Epsilon => RuleConstants.EpsilonOf(Identity.DType);

    /// <summary>The rounding error to expect of the loss.</summary>
    internal double Band => Rules.Band(Point.Value, Numbers.ProvenNoise, Limits);

    /// <summary>Whether the memory gives the next direction; else it is -g.</summary>
    internal bool KeepsMemory => Numbers.KeepsMemory > 0;

    /// <summary>What the options of the run say to the rules.</summary>
    internal RuleLimits<HostScalar> Limits =>
        Options is null ? new(Epsilon, 0, 0, RuleConstants.FloorIterations, 0) : Options.LimitsOfRules(Epsilon, Tally.Noise);

    internal (StopReason Reason, string Message)? End { get; set; }

    internal List<LbfgsProgress> Course { get; } = [];

    internal Trial Point => Current ?? throw new ObjectDisposedException(nameof(LbfgsState));

    /// <summary>The current point; null before the start is evaluated and after disposal.</summary>
    internal Trial? Current { get; set; }

    /// <summary>The lowest point so far; may be the current one.</summary>
    internal Trial? Best { get; set; }

    /// <summary>The direction of the last step.</summary>
    internal DirectionStep? Direction { get; set; }

    /// <summary>The gradient before the last step, while its pair waits to be learnt.</summary>
    internal Tensor? FormerGradient { get; set; }

    /// <summary>The direction of the memory where an evaluation along it failed, so that the search begins again; null: none did.</summary>
    internal Tensor? LearntDirection { get; set; }

    /// <summary>What the run learnt of the curvature, while another run uses the kernel; null: it is there, or nothing is known.</summary>
    internal IReadOnlyList<Tensor>? Memory { get; set; }

    /// <summary>The kernel that holds what the run learnt; null: none does.</summary>
    internal LbfgsKernel? Kernel { get; set; }

    /// <summary>Reads of small tensors, except for validation.</summary>
    internal int Reads { get; set; }

    /// <summary>The factor that the losses of the last step give the change of its gradient, while its pair waits to be learnt.</summary>
    internal double ChangeFactor { get; set; } = 1;

    /// <summary>The evaluations after which compiled calls took over from the executor; 0: they have not.</summary>
    internal int CompiledAt { get; set; }

    internal Patience ValidationPatience { get; } = new();

    /// <summary>The absolute error of a loss.</summary>
    internal double ErrorOf(double value) => Rules.ErrorOf(value, Limits);

    /// <summary>The options of the run; null before a driver takes the state. Not saved.</summary>
    internal LbfgsOptions? Options { get; set; }

    /// <summary>What is counted besides.</summary>
    internal RunTally Tally { get; set; } = new();

    /// <summary>The line search that failed last and was looked into; null: none. Not saved.</summary>
    internal LbfgsSearchFailure? SearchFailure { get; set; }

    /// <summary>The measured point with the lowest validation loss; null: none.</summary>
    internal Trial? Validated { get; set; }

    internal double ValidationLoss { get; set; } = double.PositiveInfinity;

    internal int ValidationIteration { get; set; }

    internal int ValidationReads { get; set; }

    /// <summary>The run that goes on with this state; null before the first step after loading.</summary>
    internal RunDriver? Driver { get; set; }

    /// <summary>
    /// Writes everything to a file, which is complete or not there: position, gradient, pairs, counts, history, and what it fits. Reads all
    /// vectors from the device.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="TfLbfgsException">The file cannot be written, or another thread moves the state; the former file is
    /// untouched.</exception>
    public void Save(string path)
    {
        using RunGate.Pass pass = Gate.Enter();
        LbfgsStateFile.Write(this, path);
    }

    /// <summary>
    /// Reads a state that <see cref="Save"/> wrote. What it fits is checked when a minimizer takes it: the number of parameters, the
    /// layout, the method.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="acceptOtherMachine">
    /// Whether it may go on under another TensorFlow, other thread counts or another oneDNN setting, where the same steps are not the same
    /// bits; default: such a file is refused with the reason.
    /// </param>
    /// <returns>The state, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The file is none, is damaged, or does not fit; the message says what was expected.</exception>
    public static LbfgsState Load(string path, bool acceptOtherMachine = false) => LbfgsStateFile.Read(path, acceptOtherMachine);

    /// <summary>Frees the tensors.</summary>
    /// <exception cref="TfLbfgsException">Another thread moves the state.</exception>
    public void Dispose()
    {
        using RunGate.Pass pass = Gate.Enter();
        Driver?.Dispose();
        Driver = null;
        Clear();
    }

    /// <summary>Forgets the run, for another one.</summary>
    internal void Clear()
    {
        Kernel?.Forget(this);
        foreach (Tensor tensor in Memory ?? [])
            tensor.Dispose();
        Memory = null;
        Direction?.Dispose();
        DropPair();
        if (Best != Current)
            Best?.Dispose();
        Current?.Dispose();
        Validated?.Dispose();
        (Direction, Best, Current, Validated) = (null, null, null, null);
        Numbers = Rules.Begin(double.NaN);
        (End, SearchFailure, Seconds, Reads, CompiledAt, ChangeFactor, Tally) = (null, null, 0, 0, 0, 1, new RunTally());
        Course.Clear();
        ValidationPatience.Clear();
        (ValidationLoss, ValidationIteration, ValidationReads) = (double.PositiveInfinity, 0, 0);
    }

    /// <summary>Forgets what waits of the last step: the pair, or the direction that it gave.</summary>
    internal void DropPair()
    {
        FormerGradient?.Dispose();
        LearntDirection?.Dispose();
        (FormerGradient, LearntDirection) = (null, null);
    }

    /// <summary>The tensors of the memory, wherever they are.</summary>
    internal IReadOnlyList<Tensor> ExportMemory() => Kernel?.Direction.Export() ?? [.. (Memory ?? []).Select(tensor => tensor.Alias())];
}
