using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Layers;

/// <summary>The brackets of a recorded <c>x[...]</c> in Keras files.</summary>
internal static class RecordedSlice
{
    /// <summary>The key of a StridedSlice whose bounds are constants.</summary>
    /// <exception cref="TfLbfgsException">A bound is a tensor.</exception>
    public static RecordedConstants Of(RecordedOperation operation)
    {
        long[] begin = operation.Integers(1), end = operation.Integers(2), step = operation.Integers(3);
        JsonArray keras2 = [], keras3 = [];
        for (int i = 0; i < begin.Length; i++)
        {
            bool Has(string mask) => (operation.Integer(mask, 0) >> i & 1) != 0;
            if (Has("ellipsis_mask"))
            {
                // Written out, since Keras 3 cannot read an ellipsis from .h5.
                int others = Enumerable.Range(0, begin.Length).Count(
                    at => at != i && (operation.Integer("new_axis_mask", 0) >> at & 1) == 0);
                for (int axis = others; axis < operation.Template.Inputs[0].Rank; axis++)
                    AddSlice(null, null, null);
            }
            else if (Has("new_axis_mask"))
            {
                keras2.Add(null);
                keras3.Add(null);
            }
            else if (Has("shrink_axis_mask"))
            {
                keras2.Add(begin[i]);
                keras3.Add(begin[i]);
            }
            else
            {
                AddSlice(Has("begin_mask") ? null : begin[i], Has("end_mask") ? null : end[i], step[i] == 1 ? null : step[i]);
            }
        }

        return new RecordedConstants(new JsonObject { ["slice_spec"] = keras2 }, [], [keras3]);

        void AddSlice(long? start, long? stop, long? stride)
        {
            JsonObject Bounds() => new() { ["start"] = start, ["stop"] = stop, ["step"] = stride };
            keras2.Add(Bounds());
            keras3.Add(new JsonObject { ["class_name"] = "__slice__", ["config"] = Bounds() });
        }
    }
}
