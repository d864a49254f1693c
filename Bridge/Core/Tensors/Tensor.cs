using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// A tensor: an n-dimensional array on a device, or, while a function is traced, a symbolic one without values. Immutable. The caller that
/// receives a tensor owns it: dispose it, or open a <see cref="TensorScope"/> that does; the garbage collector frees what was not disposed.
/// Tensors may be used on any thread. Python: <c>tf.Tensor</c>.
/// </summary>
public abstract partial class Tensor : IDisposable
{
    private protected Tensor()
    {
    }

    /// <summary>The element type.</summary>
    public abstract DType DType { get; }

    /// <summary>The shape. Reads no data.</summary>
    public abstract Shape Shape { get; }

    /// <summary>True for a tensor of a function that is being traced: it has no value.</summary>
    public abstract bool IsSymbolic { get; }

    /// <summary>The full name of the device that holds the values; empty for a symbolic tensor.</summary>
    public abstract string DeviceName { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The identity by which tapes and traces know the value; an alias has that of its origin.</summary>
    internal abstract long Id { get; }

    /// <summary>Frees the tensor. A gradient tape or trace that saw it holds a reference of its own.</summary>
    public void Dispose()
    {
        Scope?.Forget(this);
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Takes this tensor out of the innermost <see cref="TensorScope"/> of the calling thread, so that it lives on in the next outer one.
    /// </summary>
    /// <returns>This tensor.</returns>
    public Tensor Keep()
    {
        TensorScope.Current?.Keep(this);
        return this;
    }

    /// <summary>Copies the tensor to a device. Python: <c>tf.identity</c> under <c>tf.device</c>.</summary>
    /// <param name="device">Such as <c>/CPU:1</c> or <c>GPU:0</c>.</param>
    /// <returns>The copy, owned by the caller.</returns>
    public abstract Tensor CopyTo(string device);

    /// <summary>
    /// The elements of a short integer tensor that came from the host (axes, shapes), so that a gradient rule need not read them back, and
    /// can know them in a trace;
    /// null: not known.
    /// </summary>
    internal long[]? KnownIntegers { get; set; }

    /// <summary>
    /// The value of a float32 or float64 scalar that came from the host, so that a rule need not read it back, and can know it in a trace;
    /// null: not known.
    /// </summary>
    internal double? KnownNumber { get; set; }

    /// <summary>The scope that would dispose the tensor; null: none.</summary>
    internal TensorScope? Scope { get; set; }

    /// <summary>
    /// Gives a second owner of the same value, without a copy: each is disposed for itself, and no <see cref="TensorScope"/> disposes the
    /// new one.
    /// </summary>
    /// <returns>The tensor, owned by the caller; tapes take the two for one.</returns>
    /// <exception cref="TfLbfgsException">This one is disposed.</exception>
    public abstract Tensor Alias();

    /// <summary>Throws when the tensor cannot be an input now.</summary>
    internal abstract void EnsureUsable();

    /// <summary>
    /// States what the caller knows of the shape of a symbolic tensor; a tensor with values has its shape already. Python:
    /// <c>tf.Tensor.set_shape</c>.
    /// </summary>
    /// <param name="shape">The shape; what is unknown in it stays as it is.</param>
    public abstract void RefineShape(Shape shape);

    /// <summary>Dtype and shape as text, such as <c>float64(3, 4)</c>, for messages.</summary>
    /// <returns>The text.</returns>
    public virtual string Describe() => $"{DType.PythonName}{Shape}";

    private protected abstract void Dispose(bool disposing);
}
