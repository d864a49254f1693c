using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The named parts of a loss: <c>Terms["pde"] = residual;</c> while the loss is computed. A minimization measures them at the start and
/// at each
/// accepted iteration by one more forward pass, in every execution, and progress, history, CSV files, TensorBoard, report and plots have
/// them. Written to by the code of the loss alone; thread-safe. Python programs print them in the loss.
/// </summary>
public sealed class LossTerms
{
    [ThreadStatic]
    private static (LossTerms Owner, List<(string Name, Tensor Value)> Values)? _collecting;

    private readonly List<string> _names = [];

    internal LossTerms()
    {
    }

    /// <summary>The names that the loss gave so far, in their order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_names)
                return [.. _names];
        }
    }

    /// <summary>States a part of the loss that is computed now.</summary>
    /// <param name="name">Its name, such as <c>pde</c>.</param>
    /// <exception cref="TfLbfgsException">The part is no scalar, or has no value of floating point.</exception>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1044:Properties should not be write only",
        Justification = "A part is a value of the trace, which cannot be read.")]
    public Tensor this[string name]
    {
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(value);
            if (!value.DType.IsFloating || (value.Shape.HasRank && value.Rank != 0))
                throw new TfLbfgsException(
                    $"LossTerms['{name}']: expected a part of the loss of shape () and a floating-point dtype, received "
                    + $"{value.Describe()}. Reduce it, such as with Tf.ReduceMean.");
            lock (_names)
            {
                if (!_names.Contains(name))
                    _names.Add(name);
            }

            if (_collecting is var (owner, values) && owner == this)
                values.Add((name, value));
        }
    }

    /// <summary>Whether the loss has parts.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_names)
                return _names.Count == 0;
        }
    }

    /// <summary>The parts that code states, the last value of each, in the scope of the caller.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> Collect(Action compute)
    {
        var former = _collecting;
        List<(string Name, Tensor Value)> values = [];
        _collecting = (this, values);
        try
        {
            compute();
        }
        finally
        {
            _collecting = former;
        }

        return [.. values.GroupBy(value => value.Name).Select(group => group.Last())];
    }
}
