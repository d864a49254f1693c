using TfLbfgs.Parameters;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Objectives as signatures of a SavedModel, which other programs minimize.</summary>
public static class ObjectiveSignatures
{
    extension(SavedModelWriter writer)
    {
        /// <summary>
        /// Adds the signature <c>value_and_gradients</c>, from the vector <c>flat</c> to <c>loss</c> and <c>gradient</c>, with the data of
        /// the objective as constants; for one of variables also <c>get_flat</c> and <c>set_flat</c>. Python:
        /// <c>tfp.optimizer.lbfgs_minimize(lambda x: ..., loaded.signatures["value_and_gradients"](flat=x))</c>.
        /// </summary>
        /// <param name="objective">The objective; borrowed. Its variables must be among those of the SavedModel.</param>
        /// <exception cref="TfLbfgsException">The objective uses a variable that is none of the SavedModel.</exception>
        public void AddObjective(Objective objective)
        {
            ArgumentNullException.ThrowIfNull(objective);
            TensorSpec flat = new("flat", objective.DType, new long[] { objective.Count });
            // Data that are captured become constants; as arguments they would be inputs.
            IReadOnlyList<Tensor> data = objective.Data;
            writer.AddSignature("value_and_gradients", [flat], ["loss", "gradient"], inputs =>
            {
                (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], data);
                return [loss, gradient];
            });
            if (objective is not VariableObjective { TrainedVariables: var variables } of)
                return;
            using ParameterVector vector = new(of.Layout, of.Route);
            writer.AddSignature("get_flat", [], ["flat"], _ => [vector.Read(variables)]);
            writer.AddSignature("set_flat", [flat], ["count"], inputs =>
            {
                vector.Assign(variables, inputs[0]);
                return [Tensor.Scalar(variables.Count)];
            });
        }
    }
}
