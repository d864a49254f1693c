using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>The ops that call functions in a graph: loops and branches, with the rule of their gradient.</summary>
internal static class ControlFlowOp
{
    /// <summary>A loop.</summary>
    /// <param name="inputs">The inputs of both functions, which the body returns anew.</param>
    /// <param name="condition">The name of the condition.</param>
    /// <param name="body">The name of the body.</param>
    /// <param name="hasEffects">Whether one of them assigns variables, draws random numbers or has other effects.</param>
    /// <param name="outputShapes">What is known of the outputs.</param>
    /// <param name="rule">Its gradient.</param>
    public static Tensor[] While(IReadOnlyList<Tensor> inputs, string condition, string body, bool hasEffects,
        IReadOnlyList<Shape> outputShapes, GradientRule rule)
    {
        bool isStateful = IsStateful(inputs, hasEffects);
        Operation operation =
            new Operation(isStateful
            ? "While" : "StatelessWhile", inputs.Count, isStateful)
            { GradientRule = rule, OnlyReads = !hasEffects }
            .InputList(inputs)
            .Attribute("T", TypesOf(inputs))
            .Attribute("cond", new FunctionReference(condition))
            .Attribute("body", new FunctionReference(body));
        return Execute(operation, outputShapes);
    }

    /// <summary>One of several branches, by index; the last one for any other index.</summary>
    /// <param name="index">The index, int32, shape []; with two branches the condition, bool, that calls the first.</param>
    /// <param name="inputs">The inputs of each branch.</param>
    /// <param name="branches">The names of their functions.</param>
    /// <param name="hasEffects">Whether one of them assigns variables, draws random numbers or has other effects.</param>
    /// <param name="dtypes">The dtypes of the outputs.</param>
    /// <param name="outputShapes">What is known of the outputs.</param>
    /// <param name="rule">Its gradient.</param>
    public static Tensor[] Branch(
        Tensor index, IReadOnlyList<Tensor> inputs, IReadOnlyList<string> branches, bool hasEffects, DType[] dtypes,
            IReadOnlyList<Shape> outputShapes, GradientRule rule)
    {
        bool isStateful = IsStateful(inputs, hasEffects);
        bool isIf = index.DType == DType.Bool;
        string name = (isStateful ? "" : "Stateless") + (isIf ? "If" : "Case");
        Operation operation = new Operation(name, dtypes.Length, isStateful) { GradientRule = rule, OnlyReads = !hasEffects }
            .Input(index)
            .InputList(inputs)
            .Attribute("Tin", TypesOf(inputs))
            .Attribute("Tout", dtypes);
        operation = isIf
            ? operation.Attribute("Tcond", DType.Bool).Attribute("then_branch", new FunctionReference(branches[0]))
                .Attribute("else_branch", new FunctionReference(branches[1]))
            : operation.Attribute("branches", [.. branches.Select(branch => new FunctionReference(branch))]);
        return Execute(operation, outputShapes);
    }

    /// <summary>
    /// An op that reads variables counts as stateful: TensorFlow must not merge it with a second one before or after an assignment.
    /// </summary>
    private static bool IsStateful(IReadOnlyList<Tensor> inputs, bool hasEffects) =>
        hasEffects || inputs.Any(input => input.DType == DType.Resource);

    private static DType[] TypesOf(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.DType)];

    private static Tensor[] Execute(Operation operation, IReadOnlyList<Shape> shapes)
    {
        // Outside XLA TensorFlow then makes the ops part of the graph around: a step costs a third of the call of a function.
        if (DispatchFrame.Current.Target is { IsCompiled: false })
            operation.Attribute("_lower_using_switch_merge", true);
        Tensor[] outputs = operation.Execute();
        foreach ((Tensor output, Shape shape) in outputs.Zip(shapes))
            output.RefineShape(shape);
        return outputs;
    }
}
