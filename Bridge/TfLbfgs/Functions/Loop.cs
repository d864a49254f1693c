using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Traces the two parts of a loop, whose inputs must be the same: the state, then what either of them takes from outside.</summary>
internal static class Loop
{
    private static long _created;

    /// <summary>Adds a loop to a trace.</summary>
    /// <param name="outer">The trace.</param>
    /// <param name="condition">Whether to go on.</param>
    /// <param name="body">From the state to the next one.</param>
    /// <param name="state">The state before.</param>
    /// <returns>The state after.</returns>
    public static Tensor[] Record(Trace outer, Func<Tensor[], Tensor> condition, Func<Tensor[], IReadOnlyList<Tensor>> body, IReadOnlyList<Tensor> state)
    {
        using Trace test = new($"the condition of a loop in {outer.Description}", outer);
        using Trace step = new($"the body of a loop in {outer.Description}", outer);
        try
        {
            Tensor goesOn = Part(test, state, inputs => [condition(inputs)])[0];
            IReadOnlyList<Tensor> next = Part(step, state, body);
            Check(state, goesOn, next);
            Tensor[] captures = [.. test.Captures.Concat(step.Captures).DistinctBy(tensor => tensor.Id)];
            string id = Interlocked.Increment(ref _created).ToString(CultureInfo.InvariantCulture);
            (string testName, string stepName) = ($"__while_condition_{id}", $"__while_body_{id}");
            test.FinishPart(testName, state.Count, captures, [goesOn], returnsCaptures: false);
            outer.Hold(new NestedFunction(testName));
            step.FinishPart(stepName, state.Count, captures, next, returnsCaptures: true);
            outer.Hold(new NestedFunction(stepName));
            // A loop within a part is called by that part alone.
            foreach (NestedFunction function in test.Nested.Concat(step.Nested))
                outer.Hold(function);
            Tensor[] inputs = [.. state, .. captures];
            bool hasEffects = test.HasEffects || step.HasEffects;
            Tensor[] outputs = hasEffects
                ? RawOps.While(inputs, new FunctionReference(testName), new FunctionReference(stepName))
                : RawOps.StatelessWhile(inputs, new FunctionReference(testName), new FunctionReference(stepName));
            Tensor[] results = outputs[..state.Count];
            foreach ((Tensor result, Tensor before) in results.Zip(state))
                result.RefineShape(before.Shape);
            return results;
        }
        catch
        {
            foreach (NestedFunction function in test.Nested.Concat(step.Nested))
                function.Dispose();
            throw;
        }
        finally
        {
            Release(test);
            Release(step);
        }
    }

    private static IReadOnlyList<Tensor> Part(Trace trace, IReadOnlyList<Tensor> state, Func<Tensor[], IReadOnlyList<Tensor>> code)
    {
        using DispatchFrame frame = DispatchFrame.OpenTrace(trace);
        Tensor[] inputs = [.. state.Select(tensor => trace.AddInput(tensor.DType, tensor.Shape))];
        IReadOnlyList<Tensor> results = code(inputs);
        // What is returned as it came from outside is an input too, for all parts.
        foreach (Tensor result in results)
            trace.Capture(result);
        return results;
    }

    private static void Check(IReadOnlyList<Tensor> state, Tensor goesOn, IReadOnlyList<Tensor> next)
    {
        if (goesOn.DType != Runtime.DType.Bool || (goesOn.Shape.HasRank && goesOn.Rank != 0))
            throw new TfLbfgsException($"ControlFlow.WhileLoop: expected a condition of bool(), received {goesOn.Describe()}.");
        if (next.Count != state.Count)
            throw new TfLbfgsException($"ControlFlow.WhileLoop: expected the body to return as many tensors as the state has, {state.Count}, received {next.Count}.");
        for (int i = 0; i < state.Count; i++)
        {
            if (next[i].DType != state[i].DType || !next[i].Shape.IsCompatibleWith(state[i].Shape))
                throw new TfLbfgsException($"ControlFlow.WhileLoop: expected the body to return {state[i].Describe()} as tensor {i} of the state, received {next[i].Describe()}. The state keeps dtype and shape.");
        }
    }

    /// <summary>The leases of the captures are the outer trace's by now; its own inputs took them.</summary>
    private static void Release(Trace part)
    {
        foreach (Tensor capture in part.Captures)
            capture.Dispose();
    }
}
