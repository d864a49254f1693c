using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>
/// One call of <c>Tf.VectorizedMap</c>: executes each op on elements for all of them, by the op's batching rule or in a loop. Listeners
/// that
/// began outside receive the ops on stacked tensors, those that began inside, such as a tape of the function, of the ops on elements.
/// </summary>
internal sealed class VectorizedCall : IOperationListener, IDisposable
{
    [ThreadStatic]
    private static int _depth;

    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly List<Tensor> _held = [];
    private readonly bool _mayLoop;
    private bool _closed;

    public VectorizedCall(IReadOnlyList<Tensor> elements, long count, bool mayLoop)
    {
        Count = count;
        CountTensor = count >= 0 ? Tensor.From((int[])[checked((int)count)]) : RawOps.Shape(elements[0])[..1];
        _mayLoop = mayLoop;
        Depth = ++_depth;
        Elements = [.. elements.Select(Hold)];
        _frame.Listeners.Add(this);
    }

    /// <summary>How many calls are open on the thread, this one included.</summary>
    public int Depth { get; }

    /// <summary>The number of elements; -1: known when the traced function runs.</summary>
    public long Count { get; }

    /// <summary>The number of elements [1], int32.</summary>
    public Tensor CountTensor { get; }

    /// <summary>The arguments of the function.</summary>
    public MappedTensor[] Elements { get; }

    /// <summary>The results of the function for all elements; one that depends on none is repeated.</summary>
    public Tensor[] Stack(IReadOnlyList<Tensor> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        using IDisposable muted = _frame.MuteFrom(this);
        Tensor[] stacked = new Tensor[results.Count];
        for (int i = 0; i < stacked.Length; i++)
        {
            Tensor result = results[i]
                ?? throw new TfLbfgsException($"Tf.VectorizedMap: expected a tensor as result {i} of the function, received null.");
            if (result is MappedTensor mapped && mapped.Call == this)
            {
                stacked[i] = mapped.Stacked.Alias();
                TensorScope.Register(stacked[i]);
            }
            else
            {
                stacked[i] = Repeat(result);
            }
        }

        return stacked;
    }

    /// <summary>Executes an op, one of whose inputs is an element of this call.</summary>
    public Tensor[] Execute(Operation operation)
    {
        if (_closed)
            throw new TfLbfgsException($"{operation.Name}: received an element of a Tf.VectorizedMap that has ended. Return from its "
                + "function what is needed outside.");
        if (DispatchFrame.Current != _frame)
        {
            throw new TfLbfgsException(
                $"{operation.Name}: received an element of Tf.VectorizedMap inside a function, loop or branch that is traced in it. Use "
                    + "Tf.MapFunction, or apply the function to all elements.");
        }

        Tensor[] outputs;
        using (_frame.MuteFrom(this))
        using (TensorScope scope = new())
        {
            BatchedOperation batched = new(this, operation);
            Tensor[] results = BatchingRules.Find(operation.Name)?.Invoke(batched) ?? Loop(batched);
            outputs = batched.IsShared ? Array.ConvertAll(results, scope.Keep) : Array.ConvertAll(results, Hold);
        }

        for (int i = _frame.Listeners.IndexOf(this) + 1; i < _frame.Listeners.Count; i++)
            _frame.Listeners[i].Executed(operation, outputs);
        return outputs;
    }

    /// <summary>A tensor that all elements share, once for each [count, ...].</summary>
    public Tensor Repeat(Tensor shared)
    {
        Tensor shape = shared.Shape.IsFullyKnown && Count >= 0
            ? Tensor.From((int[])[checked((int)Count), .. shared.Shape.Select(size => checked((int)size))])
            : RawOps.ConcatV2([CountTensor, RawOps.Shape(shared)], Tensor.Scalar(0));
        return RawOps.BroadcastTo(shared, shape);
    }

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        if (operation.IsStateful && !BatchingRules.OnlyReads(operation.Name))
        {
            throw new TfLbfgsException(
                $"{operation.Name} has a state and takes no part of an element: inside Tf.VectorizedMap it was executed once for all of them. "
                + "Draw random numbers outside and pass them as elements, write variables outside, or use Tf.MapFunction.");
        }
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
    }

    public void Dispose()
    {
        _closed = true;
        _depth--;
        _frame.Listeners.Remove(this);
        foreach (Tensor tensor in _held)
            tensor.Dispose();
        _held.Clear();
    }

    /// <summary>Keeps what stands for all elements until the call ends, whichever scopes the function opens.</summary>
    private MappedTensor Hold(Tensor stacked)
    {
        Tensor held = stacked.Alias();
        _held.Add(held);
        return new MappedTensor(this, held);
    }

    private Tensor[] Loop(BatchedOperation batched)
    {
        Operation operation = batched.Operation;
        if (!_mayLoop)
        {
            throw new TfLbfgsException(
                $"Tf.VectorizedMap: {operation.Name} of {operation.DescribeInputs()} has no form for all elements at once. Allow "
                    + "fallBackToLoop, or write it with other ops.");
        }

        int[] stacked = [.. Enumerable.Range(0, batched.Inputs.Length).Where(i => batched.IsStacked[i])];
        if (Count < 0)
            return Tf.MapFunction(element => operation.With(With(batched.Inputs, stacked, element)).Execute(),
                Array.ConvertAll(stacked, i => batched.Inputs[i]));
        Tensor[][] parts = Array.ConvertAll(stacked, i => RawOps.Unpack(batched.Inputs[i], Count));
        Tensor[][] results = new Tensor[Count][];
        for (int n = 0; n < results.Length; n++)
            results[n] = operation.With(With(batched.Inputs, stacked, Array.ConvertAll(parts, part => part[n]))).Execute();
        return [.. Enumerable.Range(0, operation.OutputCount).Select(i => RawOps.Pack(Array.ConvertAll(results, result => result[i])))];
    }

    private static Tensor[] With(Tensor[] inputs, int[] places, Tensor[] replaced)
    {
        Tensor[] result = [.. inputs];
        for (int i = 0; i < places.Length; i++)
            result[places[i]] = replaced[i];
        return result;
    }
}
