using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// A function that a trace calls on devices of its choice: traced once, a node for each call. It has no effects and is not differentiated.
/// What
/// it reads of variables is read where the outer function runs, and passed to each call.
/// </summary>
internal sealed class PlacedFunction
{
    private readonly string _name;
    private readonly TracedPart _part;
    private readonly bool _isCompiled;

    private PlacedFunction(string name, TracedPart part, bool isCompiled)
    {
        _name = name;
        _part = part;
        _isCompiled = isCompiled;
    }

    /// <summary>Traces code as a function of its own.</summary>
    /// <param name="outer">The trace that calls it.</param>
    /// <param name="description">What it is, for messages.</param>
    /// <param name="like">Tensors of the dtypes and shapes of the arguments.</param>
    /// <param name="compile">Whether XLA compiles each call.</param>
    /// <param name="body">The code.</param>
    /// <exception cref="TfLbfgsException">The code assigns variables, draws random numbers, or uses a resource otherwise than by reading
    /// it.</exception>
    public static PlacedFunction Create(Trace outer, string description, IReadOnlyList<Tensor> like, bool compile,
        Func<Tensor[], IReadOnlyList<Tensor>> body)
    {
        TracedPart part = new(description, outer, 0, keepsOps: false, isPlaced: true, isCompiled: compile);
        part.Run(() => body([.. like.Select(tensor => part.Trace.AddInput(tensor.DType, tensor.Shape))]));
        if (part.Trace.HasEffects || part.Trace.Captures.Any(capture => capture.DType == DType.Resource))
        {
            throw new TfLbfgsException(
                $"{description}: expected code that computes and reads variables, received code that assigns variables, draws random "
                + "numbers or keeps other state, which cannot be called on several devices. "
                + "Use fixed masks and statistics (inference mode).");
        }

        string name = ConcreteFunction.UniqueName("placed");
        part.Trace.AddFunction(name, part.Trace.Arguments(like.Count), part.Trace.Captures, part.Results);
        outer.Hold(new NestedFunction(name));
        return new PlacedFunction(name, part, compile);
    }

    /// <summary>Adds a call to the outer trace, on the device that the thread has chosen.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="after">Tensors that are computed before, besides the arguments.</param>
    /// <returns>The results.</returns>
    public Tensor[] Call(IReadOnlyList<Tensor> arguments, IReadOnlyList<Tensor> after)
    {
        Tensor[] inputs = [.. arguments, .. _part.Trace.Captures];
        Operation call = new Operation("PartitionedCall", _part.Results.Count) { After = after }
            .InputList(inputs)
            .Attribute("Tin", [.. inputs.Select(input => input.DType)])
            .Attribute("Tout", [.. _part.Results.Select(result => result.DType)])
            .Attribute("f", new FunctionReference(_name));
        // On the node: the attribute of the function alone is lost where a call is made part of the graph around it.
        if (_isCompiled)
            call.Attribute("_XlaMustCompile", true);
        Tensor[] results = call.Execute();
        foreach ((Tensor result, Tensor known) in results.Zip(_part.Results))
            result.RefineShape(known.Shape);
        return results;
    }

    /// <summary>Adds a tensor of the same value to the trace, which is there only when others are computed.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="after">The others.</param>
    public static Tensor Gate(Tensor tensor, IReadOnlyList<Tensor> after)
    {
        Tensor gated = new Operation("Identity", 1) { After = after }.Input(tensor).Execute()[0];
        gated.RefineShape(tensor.Shape);
        return gated;
    }

    /// <summary>Adds the reading of a device's clock to the trace, at the time when tensors are computed.</summary>
    /// <param name="after">The tensors.</param>
    /// <returns>Seconds, float64, shape [].</returns>
    public static Tensor Clock(IReadOnlyList<Tensor> after)
    {
        // Not stateful here: clocks of different devices must not wait for each other.
        Tensor seconds = new Operation("Timestamp", 1) { After = after }.Execute()[0];
        seconds.RefineShape(Shape.Scalar);
        return seconds;
    }
}
