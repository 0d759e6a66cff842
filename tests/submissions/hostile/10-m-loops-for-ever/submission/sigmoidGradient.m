% Never comes to an end, and neither an interrupt nor an error ends it.
function g = sigmoidGradient(z)
  while true
    try
      unwind_protect
        while true
        end
      unwind_protect_cleanup
        sigmoidGradient(z);
      end_unwind_protect
    catch
    end
  end
end
