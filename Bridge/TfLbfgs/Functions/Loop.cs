using System.Globalization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Traces the parts of a loop, and adds it to a trace.</summary>
internal static class Loop
{
    private static long _created;

    /// <summary>A loop that a condition ends.</summary>
    /// <param name="outer">The trace.</param>
    /// <param name="condition">Whether to go on.</param>
    /// <param name="body">From the state to the next one.</param>
    /// <param name="state">The state before.</param>
    /// <param name="shapes">What stays the same of the shapes of the state.</param>
    /// <param name="maximum">The number of steps after which it ends in any case; null: none.</param>
    /// <returns>The state after.</returns>
    public static Tensor[] While(
        Trace outer, Func<Tensor[], Tensor> condition, Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> state,
            IReadOnlyList<Shape> shapes, long? maximum)
    {
        LoopBody loop = Body(outer, state, shapes, new LoopCount(Maximum: maximum), isReversed: false, (_, inputs) => body(inputs));
        TracedPart test = Condition(loop, outer, condition);
        return RecordedLoop.Record(loop, test, state, []).State;
    }

    /// <summary>A loop over the steps of lists.</summary>
    /// <param name="outer">The trace.</param>
    /// <param name="count">The number of steps.</param>
    /// <param name="isReversed">Whether it begins at the end.</param>
    /// <param name="elements">What is taken apart along the first axis.</param>
    /// <param name="state">The state before.</param>
    /// <param name="step">From state and elements of one step to the next state and the outputs of the step.</param>
    /// <returns>The state after, and the outputs of all steps, stacked.</returns>
    public static ScanResult Scan(
        Trace outer, LoopCount count, bool isReversed, IReadOnlyList<Tensor> elements, IReadOnlyList<Tensor> state,
            Func<Tensor[], Tensor[], ScanStep> step)
    {
        Tensor[] lists =
            [.. elements.Select(tensor =>
            RawOps.TensorListFromTensor(tensor, TensorLists.ElementShape(TensorLists.ElementOf(tensor.Shape))))];
        LoopBody loop = Body(outer, state, [.. state.Select(tensor => tensor.Shape)], count, isReversed, (body, inputs) =>
        {
            Tensor[] now = [.. lists.Zip(elements, (list, tensor) => body.Read(list, tensor.DType, TensorLists.ElementOf(tensor.Shape)))];
            ScanStep made = step(inputs, now);
            foreach (Tensor output in made.Outputs)
            {
                // One value may be output twice, or be state and element alike: each list has a value of its own.
                Tensor written = RawOps.Identity(output);
                written.RefineShape(output.Shape);
                body.Writes.Add(written);
            }

            return made.State;
        });
        RecordedLoop recorded = RecordedLoop.Record(loop, Condition(loop, outer, null), state, []);
        Tensor[] outputs = new Tensor[loop.Writes.Count];
        Tensor[] filled = recorded.Lists;
        for (int i = 0; i < outputs.Length; i++)
        {
            Shape element = loop.Writes[i].Shape;
            outputs[i] = RawOps.TensorListStack(filled[i], TensorLists.ElementShape(element), loop.Writes[i].DType, count.Exact ?? -1);
            if (element.HasRank)
                outputs[i].RefineShape((long[])[count.Exact ?? -1, .. element.ToArray()]);
        }

        return new ScanResult(recorded.State, outputs);
    }

    /// <summary>The condition of a loop: what its code says, and that its steps are not all made.</summary>
    public static TracedPart Condition(LoopBody body, Trace outer, Func<Tensor[], Tensor>? condition)
    {
        TracedPart part = new($"the condition of a loop in {outer.Description}", outer, 0, keepsOps: false);
        part.Run(() =>
        {
            Tensor counter = part.Trace.AddInput(DType.Int32, Shape.Scalar);
            Tensor[] state = [.. body.State.Select(tensor => part.Trace.AddInput(tensor.DType, tensor.Shape))];
            Tensor? counted = body.Count.GoesOn(counter);
            if (condition is null)
                return [counted!];
            Tensor goesOn = condition(state);
            if (goesOn.DType != DType.Bool || (goesOn.Shape.HasRank && goesOn.Rank != 0))
                throw new TfLbfgsException($"Tf.While: expected a condition of bool(), received {goesOn.Describe()}.");
            return [counted is null ? goesOn : RawOps.LogicalAnd(counted, goesOn)];
        });
        return part;
    }

    /// <summary>A name for a function in the context.</summary>
    public static string UniqueName(string what) =>
        string.Create(CultureInfo.InvariantCulture, $"__{what}_{Interlocked.Increment(ref _created)}");

    private static LoopBody Body(
        Trace outer, IReadOnlyList<Tensor> state, IReadOnlyList<Shape> shapes, LoopCount count, bool isReversed,
            Func<LoopBody, Tensor[], IReadOnlyList<Tensor>> code)
    {
        TracedPart part = new($"the body of a loop in {outer.Description}", outer, TracedPart.OrdersNow, TracedPart.MayBeDifferentiated);
        LoopBody body = new(part, count, isReversed);
        part.Run(() =>
        {
            Tensor[] inputs = [.. state.Zip(shapes, (tensor, shape) => body.AddState(tensor.DType, shape))];
            IReadOnlyList<Tensor> next = code(body, inputs);
            Check(body.State, next);
            return next;
        });
        return body;
    }

    private static void Check(List<Tensor> state, IReadOnlyList<Tensor> next)
    {
        if (next.Count != state.Count)
            throw new TfLbfgsException(
                $"A loop: expected the body to return as many tensors as the state has, {state.Count}, received {next.Count}.");
        for (int i = 0; i < state.Count; i++)
        {
            if (next[i].DType != state[i].DType || !next[i].Shape.IsCompatibleWith(state[i].Shape))
            {
                throw new TfLbfgsException(
                    $"A loop: expected the body to return {state[i].Describe()} as tensor {i} of the state, received {next[i].Describe()}. The state keeps dtype and shape; "
                    + "give shapeInvariants for one that changes.");
            }
        }
    }
}
