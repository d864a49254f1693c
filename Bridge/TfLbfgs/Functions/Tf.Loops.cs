using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Loops: in C# eagerly, and one op in a traced function, whose size does not grow with the steps.</content>
public static partial class Tf
{
    /// <summary>
    /// Repeats a computation while a condition holds. In a traced function it becomes one loop op, which XLA compiles too; eagerly it is a
    /// loop in C#, with one read of the condition per step. Tapes differentiate both
    /// forms, to any order, also with respect to tensors and variables that condition and body take from outside. Python:
    /// <c>tf.while_loop</c>.
    /// </summary>
    /// <param name="condition">From the state to whether to go on, bool, shape [].</param>
    /// <param name="body">From the state to the next one, of the same dtypes and shapes.</param>
    /// <param name="state">The state before, at least one tensor; borrowed.</param>
    /// <param name="maximumIterations">The number of steps after which it ends in any case; null: none. XLA needs it to differentiate a
    /// loop, as it keeps values of each step in memory of known size.</param>
    /// <param name="shapeInvariants">For each tensor of the state what stays the same of its shape, with -1 for a size that a step may
    /// change; null: all of it.</param>
    /// <returns>The state after, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The condition is no scalar of bool, or the body changes number, dtype or shape of the
    /// state.</exception>
    public static Tensor[] While(
        Func<Tensor[], Tensor> condition, Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> state,
            long? maximumIterations = null, IReadOnlyList<Shape>? shapeInvariants = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
            throw new TfLbfgsException("Tf.While: expected a state of at least one tensor, received none.");
        if (maximumIterations < 0)
            throw new TfLbfgsException($"Tf.While: expected maximumIterations of at least 0, received {maximumIterations}.");
        IReadOnlyList<Shape> shapes = shapeInvariants ?? [.. state.Select(tensor => tensor.Shape)];
        if (shapes.Count != state.Count)
            throw new TfLbfgsException(
                $"Tf.While: expected one shape invariant for each of {state.Count} tensors of the state, received {shapes.Count}.");
        for (int i = 0; i < shapes.Count; i++)
        {
            if (!shapes[i].IsCompatibleWith(state[i].Shape))
                throw new TfLbfgsException(
                    $"Tf.While: expected a shape invariant that tensor {i} of the state, {state[i].Shape}, fits, received {shapes[i]}.");
        }

        return DispatchFrame.Current.Target is Trace outer
            ? Loop.While(outer, condition, body, state, shapes, maximumIterations)
            : EagerLoop.While(condition, body, state, maximumIterations ?? long.MaxValue);
    }

    /// <summary>
    /// Goes through tensors along their first axis with a state, as a recurrent layer does, and collects what each step gives. In a traced
    /// function it becomes one loop op, whose number of steps XLA knows; eagerly it is a
    /// loop in C#. Tapes differentiate both forms, to any order; the loop keeps only those values of each step that the gradient needs.
    /// Python: <c>tf.scan</c>, and what <c>keras.ops.scan</c> does.
    /// </summary>
    /// <param name="step">From the state and one element of each tensor to the next state, of the same dtypes and shapes, and to the
    /// outputs of the step.</param>
    /// <param name="state">The state before; may be empty; borrowed.</param>
    /// <param name="elements">Tensors [steps, ...], at least one, of one number of steps, which is at least 1; borrowed.</param>
    /// <param name="reverse">Whether to go from the last element to the first; the outputs stand in the order of the elements all the
    /// same.</param>
    /// <returns>The state after, and the outputs stacked to [steps, ...]; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The tensors differ in their number of steps, or the step changes number, dtype or shape of the
    /// state.</exception>
    public static ScanResult Scan(Func<Tensor[], Tensor[], ScanStep> step, IReadOnlyList<Tensor> state, IReadOnlyList<Tensor> elements,
        bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(elements);
        long? steps = Steps(elements);
        if (DispatchFrame.Current.Target is not Trace outer)
            return EagerLoop.Scan(step, state, elements, (int)steps!.Value, reverse);
        LoopCount count = steps is { } known
            ? new LoopCount(known, known) : new LoopCount(Limit: RawOps.Shape(elements[0], DType.Int32)[0]);
        return Loop.Scan(outer, count, reverse, elements, state, step);
    }

    /// <summary>
    /// Combines the elements of a tensor along its first axis one by one, and returns all results: the first is the first element. Python:
    /// <c>tf.scan</c>.
    /// </summary>
    /// <param name="combine">From the last result and an element to the next result, of the same dtype and shape.</param>
    /// <param name="elements">A tensor [steps, ...]; borrowed.</param>
    /// <param name="initializer">The result before the first element; null: the first element is the first result.</param>
    /// <param name="reverse">Whether to go from the last element to the first.</param>
    /// <returns>The results [steps, ...], owned by the caller.</returns>
    /// <inheritdoc cref="Scan(Func{Tensor[], Tensor[], ScanStep}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, bool)" path="/exception"/>
    public static Tensor Scan(Func<Tensor, Tensor, Tensor> combine, Tensor elements, Tensor? initializer = null, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(combine);
        ArgumentNullException.ThrowIfNull(elements);
        if (initializer is not null)
            return Run(initializer, elements);
        if (Steps([elements]) == 1)
            return RawOps.Identity(elements);
        Tensor first = reverse ? elements[-1] : elements[0];
        Tensor rest = Run(first, reverse ? elements[..-1] : elements[1..]);
        Tensor head = RawOps.ExpandDims(first, Tensor.Scalar(0));
        Tensor all = RawOps.ConcatV2(reverse ? [rest, head] : [head, rest], Tensor.Scalar(0));
        return all;

        Tensor Run(Tensor start, Tensor over)
        {
            ScanResult result = Scan(Step, [start], [over], reverse);
            result.State[0].Dispose();
            return result.Outputs[0];
        }

        ScanStep Step(Tensor[] state, Tensor[] element)
        {
            Tensor next = combine(state[0], element[0]);
            return new ScanStep([next], [next]);
        }
    }

    /// <summary>
    /// Combines the elements of a tensor along its first axis one by one, from the first to the last. Python: <c>tf.foldl</c>.
    /// </summary>
    /// <param name="combine">From the last result and an element to the next result, of the same dtype and shape.</param>
    /// <param name="elements">A tensor [steps, ...]; borrowed.</param>
    /// <param name="initializer">The result before the first element; borrowed.</param>
    /// <param name="reverse">Whether to go from the last element to the first. Python: <c>tf.foldr</c>.</param>
    /// <returns>The last result, owned by the caller.</returns>
    /// <inheritdoc cref="Scan(Func{Tensor[], Tensor[], ScanStep}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, bool)" path="/exception"/>
    public static Tensor Fold(Func<Tensor, Tensor, Tensor> combine, Tensor elements, Tensor initializer, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(combine);
        ArgumentNullException.ThrowIfNull(initializer);
        return Scan((state, element) => new ScanStep([combine(state[0], element[0])], []), [initializer], [elements], reverse).State[0];
    }

    /// <summary>
    /// Applies a function to each element of a tensor along its first axis, and stacks the results. Python: <c>tf.map_fn</c>.
    /// </summary>
    /// <param name="function">From an element to a result, of one dtype and shape for all.</param>
    /// <param name="elements">A tensor [steps, ...]; borrowed.</param>
    /// <returns>The results [steps, ...], owned by the caller.</returns>
    public static Tensor MapFunction(Func<Tensor, Tensor> function, Tensor elements)
    {
        ArgumentNullException.ThrowIfNull(function);
        return MapFunction(element => [function(element[0])], [elements])[0];
    }

    /// <summary>
    /// Applies a function to the elements of several tensors along their first axis, and stacks the results. Python: <c>tf.map_fn</c> of a
    /// tuple.
    /// </summary>
    /// <param name="function">From one element of each tensor to results, of dtypes and shapes that are the same for all.</param>
    /// <param name="elements">Tensors [steps, ...]; borrowed.</param>
    /// <returns>The results, each [steps, ...], owned by the caller.</returns>
    public static Tensor[] MapFunction(Func<Tensor[], IReadOnlyList<Tensor>> function, IReadOnlyList<Tensor> elements)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Scan((_, element) => new ScanStep([], function(element)), [], elements).Outputs;
    }

    private static long? Steps(IReadOnlyList<Tensor> elements)
    {
        if (elements.Count == 0)
            throw new TfLbfgsException("A scan: expected at least one tensor to go through, received none.");
        long? steps = null;
        foreach (Tensor tensor in elements)
        {
            if (tensor.Shape.HasRank && tensor.Rank == 0)
                throw new TfLbfgsException(
                    $"A scan goes through tensors along their first axis: expected [steps, ...], received {tensor.Describe()}.");
            if (!tensor.Shape.HasRank || tensor.Shape[0] < 0)
                continue;
            if ((steps ??= tensor.Shape[0]) != tensor.Shape[0])
                throw new TfLbfgsException(
                    $"A scan: expected tensors of one number of steps, received {string.Join(", ", elements.Select(t => t.Describe()))}.");
        }

        return steps != 0 ? steps : throw new TfLbfgsException($"A scan: expected at least one step, received {elements[0].Describe()}.");
    }
}
