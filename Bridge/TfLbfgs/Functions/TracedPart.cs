using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// A piece of control flow that is traced as a function of its own: a branch, the condition or body of a loop, or the gradient of one. Its
/// ops are kept as long as the trace that it is part of,
/// so that it can be differentiated.
/// </summary>
internal sealed class TracedPart : IDisposable
{
    private readonly PartRecorder _recorder;
    private readonly Dictionary<long, Tensor> _invariants = [];
    private readonly Dictionary<long, Tensor> _knownAs = [];

    /// <summary>Opens a part.</summary>
    /// <param name="description">What it is, for messages.</param>
    /// <param name="outer">The trace that it is part of.</param>
    /// <param name="orders">How many derivatives the loops and branches within it prepare for.</param>
    /// <param name="keepsOps">Whether derivatives may be taken at all.</param>
    /// <param name="isPlaced">Whether it may run on another device than the outer trace: variables are then read outside it.</param>
    /// <param name="isCompiled">Whether XLA compiles it although it does not compile the outer trace.</param>
    public TracedPart(string description, Trace outer, int orders, bool keepsOps = true, bool isPlaced = false, bool isCompiled = false)
    {
        Trace = new Trace(description, outer, isCompiled) { ReadsOutside = isPlaced };
        // Where XLA compiles, the lists of an inner loop cannot be kept for the gradient: it runs the loop once more.
        _recorder = new PartRecorder(outer.IsCompiled ? 0 : orders, keepsOps);
        outer.Own(this);
    }

    /// <summary>How many derivatives may be taken of what the thread records now: the number of its tapes.</summary>
    public static int OrdersNow => DispatchFrame.Current.Listeners.Sum(listener => listener.Orders);

    /// <summary>Whether derivatives may be taken of what the thread records now, prepared for or not.</summary>
    public static bool MayBeDifferentiated =>
        DispatchFrame.Current.Listeners.Exists(listener => listener.Orders > 0 || listener is PartRecorder { KeepsOps: true });

    /// <summary>Its trace, open until the outer one ends.</summary>
    public Trace Trace { get; }

    /// <summary>What its code returned.</summary>
    public IReadOnlyList<Tensor> Results { get; private set; } = [];

    /// <summary>The ops through which a gradient may pass, in their order.</summary>
    public IReadOnlyList<TapeEntry> Entries => _recorder.Entries;

    /// <summary>Whether a tensor is of this part, and no stand-in.</summary>
    public bool Made(Tensor tensor) => tensor is SymbolicTensor symbolic && symbolic.Owner == Trace && !IsStandIn(symbolic);

    /// <summary>The op of this part that made a tensor; null: none.</summary>
    public Operation? MakerOf(Tensor tensor) => _recorder.MakerOf(tensor)?.Operation;

    /// <summary>A tensor without a node: it stands for another one until the gradient of this part is recorded.</summary>
    public SymbolicTensor StandIn(DType dtype, Shape shape) => new(Trace, default, dtype, shape);

    /// <summary>A tensor without a node of the trace that several parts belong to, so that each of them may use it.</summary>
    public static SymbolicTensor StandIn(Trace outer, DType dtype, Shape shape) => new(outer, default, dtype, shape);

    /// <summary>
    /// What always has the value of a tensor of this part or of the one that it is the gradient of: a constant, or a tensor from outside;
    /// null: nothing is known.
    /// </summary>
    public Tensor? InvariantOf(Tensor tensor) =>
        _invariants.TryGetValue(tensor.Id, out Tensor? known) ? known : _recorder.MakerOf(tensor)?.Operation.Name == OpNames.Const ? tensor
            : null;

    /// <summary>
    /// Makes an invariant of another part, a constant or a tensor from outside, stand for a tensor in the ops of this one.
    /// </summary>
    /// <returns>The tensor of this part, or from outside, that has its value.</returns>
    public Tensor AddInvariant(Tensor known, Tensor invariant)
    {
        SymbolicTensor symbolic = (SymbolicTensor)invariant;
        Tensor value = IsStandIn(symbolic) ? invariant : Trace.CopyConstant(symbolic);
        _invariants[known.Id] = value;
        _knownAs[value.Id] = known;
        return value;
    }

    /// <summary>
    /// Lets the gradient of this part have a list of it, or what else cannot be kept where XLA compiles, by running the op that makes it
    /// once more: XLA has no lists of lists, nor lists that only one branch returns.
    /// </summary>
    /// <param name="gradient">The gradient, which the thread records now.</param>
    /// <param name="tensor">A tensor of this part.</param>
    /// <returns>The tensor in the gradient; null: it can be kept.</returns>
    public Tensor? RepeatFor(TracedPart gradient, Tensor tensor)
    {
        if (tensor.DType != DType.Variant || !Trace.IsCompiled || _recorder.MakerOf(tensor) is not { } maker)
            return null;
        if (maker.Operation is { IsStateful: true, OnlyReads: false })
        {
            throw new TfLbfgsException(
                $"The gradient of {Trace.Description} runs a loop within it once more, as XLA cannot keep what that loop computed, and the loop assigns variables, draws random numbers or has other effects. "
                + "Move these out of the inner loop, or do not compile the function.");
        }

        gradient._recorder.AddMaker(maker.Operation, maker.Outputs);
        return gradient.Trace.Repeat(maker.Operation, maker.Outputs, tensor);
    }

    /// <summary>The tensor by whose identity the ops of the part know one from outside.</summary>
    public Tensor KnownAs(Tensor capture) => _knownAs.GetValueOrDefault(capture.Id, capture);

    /// <summary>
    /// Runs code within the part. Its results become <see cref="Results"/>; those from outside become inputs of the part.
    /// </summary>
    public void Run(Func<IReadOnlyList<Tensor>> code)
    {
        try
        {
            using DispatchFrame frame = DispatchFrame.OpenTrace(Trace);
            frame.Listeners.Add(_recorder);
            Results = code();
            foreach (Tensor result in Results)
                Trace.Capture(result);
        }
        finally
        {
            // The functions of a loop within the part live as long as what calls them.
            if (DispatchFrame.Current.Target is Trace outer)
                outer.HoldAll(Trace);
        }

        foreach (Tensor handle in _recorder.Accessed)
        {
            foreach (IOperationListener listener in DispatchFrame.Current.Listeners)
                listener.VariableAccessed(handle);
        }
    }

    private static bool IsStandIn(SymbolicTensor tensor) => tensor.Output.Operation == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorder.Dispose();
        foreach (Tensor capture in Trace.Captures)
            capture.Dispose();
        Trace.Dispose();
    }
}
