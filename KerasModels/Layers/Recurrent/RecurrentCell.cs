using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// One step of a recurrent layer: from the input of a step and the states before it to the output and the states after it. Derive from it
/// for a cell of your own, and give it to <see cref="RNN"/>. As a layer it takes a
/// list, the input and the states, and returns the output and the new states. Python: a cell of <c>tf.keras.layers.RNN</c>.
/// </summary>
public abstract class RecurrentCell : Layer
{
    /// <summary>Starts a cell.</summary>
    /// <param name="name">The name; null: the layer that takes it names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer that takes it.</param>
    protected RecurrentCell(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <summary>
    /// Whether the output of a step is its first state, as it is in all cells of Keras. Default false; true saves carrying it.
    /// </summary>
    protected internal virtual bool OutputIsFirstState => false;

    /// <summary>The shapes of the states, without the batch.</summary>
    /// <param name="inputShape">The shape of the input of a step, the batch first.</param>
    /// <returns>One shape for each state.</returns>
    protected internal abstract IReadOnlyList<Shape> StateShapes(Shape inputShape);

    /// <summary>The shape of the output of a step, without the batch; by default that of the first state.</summary>
    /// <param name="inputShape">The shape of the input of a step, the batch first.</param>
    /// <returns>The shape.</returns>
    protected internal virtual Shape StepOutputShape(Shape inputShape) => StateShapes(inputShape)[0];

    /// <summary>Makes tensors that are the same for all steps of a sequence, such as the masks of dropout; by default none.</summary>
    /// <param name="inputs">The inputs, [batch, ..., features].</param>
    /// <param name="context">The call.</param>
    /// <returns>The tensors.</returns>
    protected internal virtual IReadOnlyList<Tensor> BeginSequence(Tensor inputs, CallContext context) => [];

    /// <summary>Computes what does not depend on the states, for all steps at once; by default the inputs as they are.</summary>
    /// <param name="inputs">The inputs of all steps, [steps, batch, ..., features], or those of one, [batch, ..., features].</param>
    /// <param name="constants">What <see cref="BeginSequence"/> made.</param>
    /// <param name="context">The call.</param>
    /// <returns>What <see cref="Step"/> receives in their place, of the same leading dimensions.</returns>
    protected internal virtual Tensor PrepareInputs(Tensor inputs, IReadOnlyList<Tensor> constants, CallContext context) => inputs;

    /// <summary>Computes one step.</summary>
    /// <param name="input">What <see cref="PrepareInputs"/> made of the input of the step.</param>
    /// <param name="states">The states before, each [batch, ...].</param>
    /// <param name="constants">What <see cref="BeginSequence"/> made.</param>
    /// <param name="context">The call.</param>
    /// <returns>The output, and the states after, of the shapes of those before.</returns>
    protected internal abstract (Tensor Output, IReadOnlyList<Tensor> States) Step(Tensor input, IReadOnlyList<Tensor> states,
        IReadOnlyList<Tensor> constants, CallContext context);

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor input = inputs[0];
        IReadOnlyList<Tensor> states = inputs.Count > 1
            ? [.. inputs.Skip(1)] : [.. StateShapes(input.Shape).Select(shape => ZeroState(input, shape))];
        IReadOnlyList<Tensor> constants = BeginSequence(input, context);
        (Tensor output, IReadOnlyList<Tensor> next) = Step(PrepareInputs(input, constants, context), states, constants, context);
        return [output, .. next];
    }

    /// <summary>Zeros of the batch of an input.</summary>
    internal Tensor ZeroState(Tensor input, Shape shape)
    {
        if (input.Shape[0] >= 0)
            return Tensor.Zeros(Shape.Create([input.Shape[0], .. shape]), ComputeDType);
        Tensor dims = Tf.Concat([RawOps.Shape(input, DType.Int64)[..1], Tensor.From<long>(shape.ToArray())], 0);
        return RawOps.Fill(dims, Tensor.Scalar(0, ComputeDType));
    }
}
