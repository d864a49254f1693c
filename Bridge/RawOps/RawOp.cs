using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>
/// Executes any op by its name, as TensorFlow's registry defines it now: also one that <see cref="RawOps"/> has no method for, such as an
/// op of a library that
/// <see cref="TfRuntime.LoadOpLibrary"/> loaded. Goes through the one dispatch point, so that it is recorded by traces and tapes. Python:
/// <c>tf.raw_ops</c>, the module that <c>tf.load_op_library</c> returns.
/// </summary>
public static class RawOp
{
    /// <summary>Executes an op.</summary>
    /// <param name="name">The op's name, such as <c>MatMul</c>.</param>
    /// <param name="inputs">All inputs in the order of the definition, the tensors of list inputs one after another; borrowed.</param>
    /// <param name="attributes">Names and values of attributes. Those that the inputs determine, and those with a default, may be left
    /// out.</param>
    /// <returns>All outputs in the order of the definition, lists flattened; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">
    /// TensorFlow knows no such op; an attribute is unknown, missing or of another type; the number of inputs does not fit; or TensorFlow
    /// refused the op.
    /// </exception>
    public static Tensor[] Execute(string name, IReadOnlyList<Tensor> inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(inputs);
        OpDefinition definition = OpRegistry.Find(name) ?? throw new TfLbfgsException(
            $"RawOp.Execute: expected the name of an op that TensorFlow knows, received '{name}'. Load the library that defines it with TfRuntime.LoadOpLibrary first.");
        return new RawOpCall(definition, inputs, attributes.ToArray()).Create().Execute();
    }
}
