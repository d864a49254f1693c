using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Variables;

/// <summary>
/// A tensor that can be assigned: it lives on the device where it was made. Reads and assignments go through the dispatch point, so they
/// work eagerly and in traces, where
/// they keep their order. Crosses threads freely. Python: <c>tf.Variable</c>.
/// </summary>
public sealed partial class Variable : IDisposable
{
    // The name that tells TensorFlow that the resource has no name: it lives as long as its handles.
    internal const string Anonymous = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

    private readonly Tensor _handle;
    private string _name;

    /// <summary>Creates a variable on the current device of the thread, also while a function is traced.</summary>
    /// <param name="initialValue">The first value, fully known; borrowed. Its dtype and shape become the variable's.</param>
    /// <param name="name">The name in layouts and messages.</param>
    /// <param name="trainable">Whether gradient tapes watch it by themselves.</param>
    /// <exception cref="TfLbfgsException">The initial value is symbolic.</exception>
    public Variable(Tensor initialValue, string name = "Variable", bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(initialValue);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (initialValue.IsSymbolic)
            throw new TfLbfgsException($"Variable '{name}': expected an initial value that is known now, received "
                + $"{initialValue.Describe()} of a function that is being traced. Create the variable before.");
        _name = name;
        Trainable = trainable;
        DType = initialValue.DType;
        Shape = initialValue.Shape;
        string? device = Device.Current;
        using (DispatchFrame.OpenEager())
        using (device is null ? null : Device.Use(device))
        using (TensorScope scope = new())
        {
            // Held by an alias, which no scope of the user disposes.
            using Tensor handle = RawOps.VarHandleOp(DType, Shape, container: "", sharedName: Anonymous);
            RawOps.AssignVariableOp(handle, initialValue);
            _handle = handle.Alias();
        }
    }

    /// <summary>Takes over a resource that holds a value already.</summary>
    internal Variable(Tensor handle, DType dtype, Shape shape, string name, bool trainable)
    {
        _handle = handle;
        _name = name;
        DType = dtype;
        Shape = shape;
        Trainable = trainable;
    }

    /// <summary>
    /// The name in layouts and messages. A model that takes over the variable sets it to its path, such as <c>encoder/layers/0/kernel</c>.
    /// </summary>
    /// <exception cref="ArgumentException">Set to an empty text.</exception>
    public string Name
    {
        get => _name;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            _name = value;
        }
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>Whether gradient tapes watch it by themselves, and parameter layouts of models take it.</summary>
    public bool Trainable { get; }

    /// <summary>
    /// The value: read now, owned by the caller; or the tensor that stands for it where <see cref="VariableSubstitution"/> replaces it.
    /// Python: <c>variable.read_value()</c>.
    /// </summary>
    public Tensor Value
    {
        get
        {
            if (VariableSubstitution.Find(this) is { } substitute)
                return InComputeDType(substitute);
            if (Trainable)
            {
                VariableSubstitution.NoteRead(this);
                foreach (IOperationListener listener in DispatchFrame.Current.Listeners)
                    listener.VariableAccessed(_handle);
            }

            Tensor value = RawOps.ReadVariableOp(_handle, DType);
            value.RefineShape(Shape);
            return InComputeDType(value);
        }
    }

    /// <summary>
    /// The resource, for raw ops that take one, such as <c>RawOps.ResourceScatterAdd</c>. Borrowed. Python: <c>variable.handle</c>.
    /// </summary>
    public Tensor Handle => _handle;

    /// <summary>Replaces the value. Python: <c>variable.assign</c>.</summary>
    /// <param name="value">The new value, of the variable's dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype or shape differs.</exception>
    public void Assign(Tensor value)
    {
        Check(value);
        RawOps.AssignVariableOp(_handle, value);
    }

    /// <summary>Adds to the value. Python: <c>variable.assign_add</c>.</summary>
    /// <param name="delta">What to add, of the variable's dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype or shape differs.</exception>
    public void AssignAdd(Tensor delta)
    {
        Check(delta);
        RawOps.AssignAddVariableOp(_handle, delta);
    }

    /// <summary>Subtracts from the value. Python: <c>variable.assign_sub</c>.</summary>
    /// <param name="delta">What to subtract, of the variable's dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype or shape differs.</exception>
    public void AssignSub(Tensor delta)
    {
        Check(delta);
        RawOps.AssignSubVariableOp(_handle, delta);
    }

    /// <summary>Frees the variable; a function that captured it holds a reference of its own.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Such as <c>dense/kernel float64(2, 64)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name} {DType.PythonName}{Shape}";

    /// <summary>The value in the dtype in which the thread computes now.</summary>
    private Tensor InComputeDType(Tensor value)
    {
        if ((VariableSubstitution.ComputeDType ?? VariableAutocast.Current) is not { } wanted || wanted == value.DType.RealPart
            || !DType.IsDifferentiable)
            return value;
        using (value)
            return RawOps.Cast(value, value.DType.WithParts(wanted));
    }

    private void Check(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.DType != DType || !Shape.IsCompatibleWith(value.Shape))
            throw new TfLbfgsException($"Variable {Name}: expected {DType.PythonName}{Shape}, received {value.Describe()}.");
    }
}
